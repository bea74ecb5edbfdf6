# The pages on which people look after their own account.
account-title = Your account
account-hello = Hello, { $name }
account-profile = Profile
account-name = Name
account-username = Username
account-email = Email address
account-email-verified = Confirmed
account-email-unverified = Not confirmed
account-phone = Phone number
account-profile-managed = Your administrator looks after these details.
account-security = Security
account-password = Password
account-password-changed = Last changed { $when }
account-password-never = Never changed
account-password-change = Change password
account-devices = Devices
account-devices-count = { $count ->
    [one] Signed in on { $count } device
   *[other] Signed in on { $count } devices
}
account-devices-open = See devices
account-apps = Connected apps
account-apps-count = { $count ->
    [0] No app has access
    [one] { $count } app has access
   *[other] { $count } apps have access
}
account-apps-open = See apps
account-language = Language
account-language-text = Used on these pages and in mails to you.

password-title = Change password
password-text = You stay signed in here. Other devices are signed out.
password-submit = Change password
password-changed = Password changed. You are signed out everywhere else.
password-throttled = { $minutes ->
    [one] Too many attempts. Try again in { $minutes } minute.
   *[other] Too many attempts. Try again in { $minutes } minutes.
}

sessions-title = Devices
sessions-text = Where you are signed in. End what you don’t recognise, then change your password.
sessions-this = This device
sessions-unknown = Unknown device
sessions-started = Signed in { $when }
sessions-active = Last active { $when }
sessions-used-for = Used for { $apps }
sessions-end = Sign out
sessions-end-named = Sign out { $device }
sessions-end-others = Sign out all other devices
sessions-end-others-title = Sign out all other devices?
sessions-end-others-text = { $count ->
    [one] { $count } other device is signed out. This device stays signed in.
   *[other] { $count } other devices are signed out. This device stays signed in.
}
sessions-ended = Signed out on 1 device.
sessions-ended-others = { $count ->
    [one] Signed out on { $count } device.
   *[other] Signed out on { $count } devices.
}
sessions-only-this = You are signed in on this device only.

apps-title = Connected apps
apps-text = Apps that may use your account, and what you allowed them.
apps-none = No connected apps
apps-none-text = Apps you sign in to with this account appear here, and you can remove their access.
apps-allowed = Allowed { $when }
apps-last-used = Last used { $when }
apps-stays = Stays connected
apps-remove = Remove access
apps-remove-named = Remove access of { $client }
apps-remove-title = Remove { $client }’s access?
apps-remove-text = { $client } is signed out and can no longer use your account. Next time it asks again. What it already stored stays with it.
apps-removed = { $client } no longer has access.
