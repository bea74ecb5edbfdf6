# Sign-out.
logout-title = Von { $product } abmelden?
logout-signed-in-as = Sie sind als { $name } angemeldet.
logout-also = Damit melden Sie sich auch ab von:
logout-submit = Abmelden
logout-stay = Angemeldet bleiben
logged-out-title = Sie sind abgemeldet
logged-out-text = Sie können dieses Fenster schließen.
logged-out-again = Wieder anmelden
logged-out-back = Zurück zu { $client }
