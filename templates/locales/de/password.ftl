# Forgotten, reset and new passwords; the first-run set-up.
forgot-title = Passwort zurücksetzen
forgot-text = Geben Sie Ihre E-Mail-Adresse oder Ihren Benutzernamen ein. Gehört ein Konto dazu, senden wir einen Link.
forgot-submit = Link senden
forgot-sent-title = Sehen Sie in Ihr Postfach
forgot-sent = { $minutes ->
    [one] Wenn ein Konto diese Adresse nutzt, ist ein Link unterwegs. Er gilt { $minutes } Minute.
   *[other] Wenn ein Konto diese Adresse nutzt, ist ein Link unterwegs. Er gilt { $minutes } Minuten.
}
forgot-no-mail = Nichts angekommen? Sehen Sie im Spam-Ordner nach oder fragen Sie Ihre Administration.
back-to-sign-in = Zurück zur Anmeldung

reset-title = Neues Passwort wählen
reset-for = Für { $username }
reset-sign-out = Überall sonst abmelden
reset-submit = Passwort speichern
link-gone-title = Dieser Link gilt nicht mehr
link-gone = Der Link ist abgelaufen oder wurde schon benutzt.
link-gone-again = Neuen Link anfordern

password-new = Neues Passwort
password-current = Aktuelles Passwort
password-hint = Mindestens { $min } Zeichen. Ein paar Wörter ohne Zusammenhang eignen sich gut.
password-error-too-short = Verwenden Sie mindestens { $min } Zeichen.
password-error-too-long = Verwenden Sie höchstens { $max } Zeichen.
password-error-common = Dieses Passwort steht in Listen häufiger oder gestohlener Passwörter. Wählen Sie ein anderes.
password-error-identity = Dieses Passwort enthält Ihren Namen oder Ihre Adresse. Wählen Sie ein anderes.
password-error-same = Das ist Ihr aktuelles Passwort. Wählen Sie ein anderes.
password-error-characters = Dieses Passwort enthält ein Zeichen, das wir nicht speichern können. Wählen Sie ein anderes.
password-error-current = Das aktuelle Passwort stimmt nicht.

setup-title = { $product } einrichten
setup-text = Legen Sie das erste Administratorkonto an. Dieser Link gilt einmal.
setup-username = Benutzername
setup-name = Ihr Name
setup-email = E-Mail-Adresse
setup-submit = Administratorkonto anlegen
setup-gone-title = Dieser Einrichtungslink gilt nicht mehr
setup-gone = Er ist abgelaufen, oder es gibt schon ein Administratorkonto. Die Kommandozeile des Servers kann einen neuen ausgeben.
field-error-required = Füllen Sie dieses Feld aus.
field-error-email = Geben Sie eine Adresse wie name@example.com ein.
field-error-username = Verwenden Sie Buchstaben, Ziffern, Punkte, Binde- und Unterstriche.
field-error-taken = Ein anderes Konto verwendet das schon.
field-error-too-long = Das ist zu lang.
reset-done = Ihr Passwort ist gespeichert. Melden Sie sich damit an.
setup-done = Das Administratorkonto ist angelegt. Melden Sie sich an.
