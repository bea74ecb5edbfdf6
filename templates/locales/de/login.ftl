# Sign-in and account choice.
login-title = Bei { $client } anmelden
login-title-plain = Anmelden
login-use-account = Mit Ihrem Konto bei { $product }.
login-confirm-title = Sind Sie es, { $name }?
login-confirm-why = Geben Sie Ihr Passwort noch einmal ein, um fortzufahren.
login-not-you = Nicht Sie?
login-username = E-Mail-Adresse oder Benutzername
login-password = Passwort
login-forgot = Passwort vergessen?
login-remember = Auf diesem Gerät angemeldet bleiben
login-remember-days = { $days ->
    [one] für { $days } Tag
   *[other] für { $days } Tage
}
login-submit = Anmelden
login-policy = Datenschutzerklärung von { $client }
login-terms = Nutzungsbedingungen von { $client }
login-error-wrong-pair = E-Mail-Adresse und Passwort passen nicht zusammen. Prüfen Sie beides oder setzen Sie das Passwort zurück.
login-error-throttled = { $minutes ->
    [one] Zu viele Versuche. In { $minutes } Minute geht es wieder.
   *[other] Zu viele Versuche. In { $minutes } Minuten geht es wieder.
}
login-error-stale = Dieses Formular ist veraltet. Versuchen Sie es noch einmal.

accounts-title = Konto wählen
accounts-to-continue = um mit { $client } fortzufahren
accounts-signed-in = Angemeldet
accounts-signed-out = Abgemeldet
accounts-other = Anderes Konto verwenden
