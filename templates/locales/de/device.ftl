# Ein Gerät verbinden, und Anfragen, die Apps ohne Browser stellen.
device-title = Gerät verbinden
device-text = Geben Sie den Code ein, den Ihr Gerät anzeigt.
device-code = Code
device-code-hint = Acht Buchstaben, etwa BCDF-GHJK. Geben Sie nur einen Code von einem Gerät ein, das Sie vor sich haben.
device-continue = Weiter
device-error-unknown = Dieser Code ist falsch oder gilt nicht mehr. Sehen Sie auf Ihrem Gerät nach und versuchen Sie es noch einmal.
device-error-throttled = { $minutes ->
    [one] Zu viele falsche Codes. In { $minutes } Minute geht es wieder.
   *[other] Zu viele falsche Codes. In { $minutes } Minuten geht es wieder.
}
device-confirm-title = { $client } verbinden?
device-confirm-text = Ein Gerät möchte Ihr Konto verwenden. Haben Sie das nicht gerade selbst auf einem eigenen Gerät begonnen, erlauben Sie es nicht.
device-done-title = Gerät verbunden
device-done-text = { $client } kann jetzt weitermachen. Sie können diese Seite schließen.
device-denied-title = Nicht erlaubt
device-denied-text = { $client } hat keinen Zugriff erhalten. Sie können diese Seite schließen.
device-to-account = Zu Ihrem Konto

nav-account-requests = Anfragen
requests-title = Anfragen
requests-text = Apps, die gerade um Ihre Zustimmung bitten.
requests-none = Nichts zu entscheiden
requests-none-text = Bittet eine App um Ihre Zustimmung, sehen Sie das hier.
requests-message = Nachricht: { $message }
requests-compare = Erlauben Sie das nur, wenn die App Ihnen dieselbe Nachricht zeigt.
requests-unasked = Erlauben Sie das nur, wenn Sie wissen, warum { $client } gerade fragt.
requests-asked = Angefragt: { $when }
requests-allow = Erlauben
requests-allow-named = { $client } erlauben
requests-deny = Nicht erlauben
requests-deny-named = { $client } nicht erlauben
requests-allowed = { $client } kann jetzt weitermachen.
requests-denied = { $client } wurde nicht zugelassen.
requests-gone = Diese Anfrage ist nicht mehr offen.
account-requests = Anfragen
account-requests-count = { $count ->
    [0] Keine App wartet auf Ihre Zustimmung
    [one] { $count } App wartet auf Ihre Zustimmung
   *[other] { $count } Apps warten auf Ihre Zustimmung
}
account-requests-open = Anfragen ansehen
account-requests-new = Neu
