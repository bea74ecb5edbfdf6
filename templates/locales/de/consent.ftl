# Consent, and scopes in plain words (also on the page of connected apps).
consent-title = Darf { $client } Ihr Konto bei { $product } nutzen?
consent-run-by = { $client } wird von { $operator } betrieben, nicht von { $product }.
consent-not-ours = { $client } wird nicht von { $product } betrieben.
consent-go-back = Danach geht es zurück zu { $host }.
consent-change = Wechseln
consent-change-account = Konto wechseln
consent-will-be-able = { $client } kann dann
consent-already = { $count ->
    [one] { $count } Sache, die Sie schon erlaubt haben
   *[other] { $count } Dinge, die Sie schon erlaubt haben
}
consent-never-password = { $client } sieht nie Ihr Passwort. Sie können den Zugriff jederzeit unter Konto → Verbundene Apps entfernen.
consent-remember = Merken und nicht noch einmal fragen
consent-allow = Erlauben
consent-deny = Nicht erlauben

scope-openid = Wissen, dass Sie jedes Mal dieselbe Person sind
scope-profile = Ihren Namen und Ihr Profil sehen
scope-profile-detail = Anzeigename, Benutzername, Bild, Sprache
scope-email = Ihre E-Mail-Adresse sehen
scope-address = Ihre Postanschrift sehen
scope-phone = Ihre Telefonnummer sehen
scope-offline = Verbunden bleiben, auch wenn Sie nicht da sind
scope-offline-detail = { $days ->
    [one] Bis Sie den Zugriff entfernen oder { $days } Tag ohne Nutzung vergeht
   *[other] Bis Sie den Zugriff entfernen oder { $days } Tage ohne Nutzung vergehen
}
scope-roles = Ihre Rollen sehen
scope-groups = Sehen, zu welchen Gruppen Sie gehören
scope-other = „{ $scope }“ verwenden
scope-other-detail = Was das bedeutet, wissen die Betreiber.

details-locations = Wo
details-actions = Aktionen
details-datatypes = Daten
details-privileges = Rechte
details-identifier = Betrifft
