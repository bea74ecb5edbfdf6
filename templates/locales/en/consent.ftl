# Consent, and scopes in plain words (also on the page of connected apps).
consent-title = Let { $client } use your { $product } account?
consent-run-by = { $client } is run by { $operator }, not by { $product }.
consent-not-ours = { $client } is not run by { $product }.
consent-go-back = You’ll go back to { $host }.
consent-change = Change
consent-change-account = Change account
consent-will-be-able = { $client } will be able to
consent-already = { $count ->
    [one] { $count } thing you already allowed
   *[other] { $count } things you already allowed
}
consent-never-password = { $client } never sees your password. You can remove its access at any time under Account → Connected apps.
consent-remember = Remember this, so I’m not asked again
consent-allow = Allow
consent-deny = Don’t allow

scope-openid = Know that you are the same person each time
scope-profile = See your name and profile
scope-profile-detail = Display name, username, picture, language
scope-email = See your email address
scope-address = See your postal address
scope-phone = See your phone number
scope-offline = Stay connected when you’re away
scope-offline-detail = { $days ->
    [one] Until you remove it, or after { $days } day unused
   *[other] Until you remove it, or after { $days } days unused
}
scope-roles = See your roles
scope-groups = See the groups you belong to
scope-other = Use “{ $scope }”
scope-other-detail = Ask the people who run it what this means.

details-locations = Where
details-actions = Actions
details-datatypes = Data
details-privileges = Privileges
details-identifier = About
