# The pages on which people look after their own account.
account-title = Ihr Konto
account-hello = Guten Tag, { $name }
account-profile = Profil
account-name = Name
account-username = Benutzername
account-email = E-Mail-Adresse
account-email-verified = Bestätigt
account-email-unverified = Nicht bestätigt
account-phone = Telefonnummer
account-profile-managed = Diese Angaben pflegt Ihre Administration.
account-security = Sicherheit
account-password = Passwort
account-password-changed = Zuletzt geändert: { $when }
account-password-never = Noch nie geändert
account-password-change = Passwort ändern
account-devices = Geräte
account-devices-count = { $count ->
    [one] Auf { $count } Gerät angemeldet
   *[other] Auf { $count } Geräten angemeldet
}
account-devices-open = Geräte ansehen
account-apps = Verbundene Apps
account-apps-count = { $count ->
    [0] Keine App hat Zugriff
    [one] { $count } App hat Zugriff
   *[other] { $count } Apps haben Zugriff
}
account-apps-open = Apps ansehen
account-language = Sprache
account-language-text = Für diese Seiten und für E-Mails an Sie.

password-title = Passwort ändern
password-text = Hier bleiben Sie angemeldet. Andere Geräte werden abgemeldet.
password-submit = Passwort ändern
password-changed = Passwort geändert. Überall sonst sind Sie abgemeldet.
password-throttled = { $minutes ->
    [one] Zu viele Versuche. In { $minutes } Minute geht es wieder.
   *[other] Zu viele Versuche. In { $minutes } Minuten geht es wieder.
}

sessions-title = Geräte
sessions-text = Wo Sie angemeldet sind. Beenden Sie, was Sie nicht kennen, und ändern Sie dann Ihr Passwort.
sessions-this = Dieses Gerät
sessions-unknown = Unbekanntes Gerät
sessions-started = Angemeldet: { $when }
sessions-active = Zuletzt aktiv: { $when }
sessions-used-for = Benutzt für { $apps }
sessions-end = Abmelden
sessions-end-named = { $device } abmelden
sessions-end-others = Alle anderen Geräte abmelden
sessions-end-others-title = Alle anderen Geräte abmelden?
sessions-end-others-text = { $count ->
    [one] { $count } anderes Gerät wird abgemeldet. Dieses Gerät bleibt angemeldet.
   *[other] { $count } andere Geräte werden abgemeldet. Dieses Gerät bleibt angemeldet.
}
sessions-ended = Auf 1 Gerät abgemeldet.
sessions-ended-others = { $count ->
    [one] Auf { $count } Gerät abgemeldet.
   *[other] Auf { $count } Geräten abgemeldet.
}
sessions-only-this = Sie sind nur auf diesem Gerät angemeldet.

apps-title = Verbundene Apps
apps-text = Apps, die Ihr Konto nutzen dürfen, und was Sie ihnen erlaubt haben.
apps-none = Keine verbundenen Apps
apps-none-text = Apps, bei denen Sie sich mit diesem Konto anmelden, erscheinen hier; ihren Zugriff können Sie entfernen.
apps-allowed = Erlaubt: { $when }
apps-last-used = Zuletzt benutzt: { $when }
apps-stays = Bleibt verbunden
apps-remove = Zugriff entfernen
apps-remove-named = Zugriff von { $client } entfernen
apps-remove-title = Zugriff von { $client } entfernen?
apps-remove-text = { $client } wird abgemeldet und kann Ihr Konto nicht mehr nutzen. Beim nächsten Mal wird wieder gefragt. Was dort schon gespeichert ist, bleibt dort.
apps-removed = { $client } hat keinen Zugriff mehr.
