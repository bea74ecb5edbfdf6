# Mails: subject and plain text.
mail-greeting = Guten Tag { $name },
mail-signature = Diese E-Mail kommt von { $product }. Sie können nicht darauf antworten.
mail-reset-subject = Passwort für { $product } zurücksetzen
mail-reset-body = Jemand möchte das Passwort Ihres Kontos zurücksetzen. Öffnen Sie diesen Link, um ein neues zu wählen:
mail-reset-expiry = { $minutes ->
    [one] Er gilt einmal und { $minutes } Minute lang. Waren Sie das nicht, lassen Sie diese E-Mail liegen; Ihr Passwort bleibt, wie es ist.
   *[other] Er gilt einmal und { $minutes } Minuten lang. Waren Sie das nicht, lassen Sie diese E-Mail liegen; Ihr Passwort bleibt, wie es ist.
}
mail-setup-subject = Ihr Konto bei { $product } ist bereit
mail-setup-body = Für Sie wurde ein Konto angelegt. Öffnen Sie diesen Link, um ein Passwort zu wählen:
mail-setup-expiry = { $hours ->
    [one] Er gilt einmal und { $hours } Stunde lang. Danach bitten Sie Ihre Administration um einen neuen.
   *[other] Er gilt einmal und { $hours } Stunden lang. Danach bitten Sie Ihre Administration um einen neuen.
}
mail-changed-subject = Ihr Passwort für { $product } wurde geändert
mail-changed-body = Das Passwort Ihres Kontos wurde geändert, und zwar am { $when }.
mail-changed-not-you = Waren Sie das nicht, setzen Sie Ihr Passwort jetzt zurück und sagen Sie Ihrer Administration Bescheid:
