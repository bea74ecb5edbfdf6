# Mails: subject and plain text.
mail-greeting = Hello { $name },
mail-signature = This mail was sent by { $product }. You can’t reply to it.
mail-reset-subject = Reset your { $product } password
mail-reset-body = Someone asked to reset the password of your account. Open this link to choose a new one:
mail-reset-expiry = { $minutes ->
    [one] It works once, for { $minutes } minute. If it wasn’t you, ignore this mail; your password stays as it is.
   *[other] It works once, for { $minutes } minutes. If it wasn’t you, ignore this mail; your password stays as it is.
}
mail-setup-subject = Your { $product } account is ready
mail-setup-body = An account was created for you. Open this link to choose a password:
mail-setup-expiry = { $hours ->
    [one] It works once, for { $hours } hour. After that ask your administrator for a new one.
   *[other] It works once, for { $hours } hours. After that ask your administrator for a new one.
}
mail-changed-subject = Your { $product } password was changed
mail-changed-body = The password of your account was changed on { $when }.
mail-changed-not-you = If it wasn’t you, reset your password now and tell your administrator:
