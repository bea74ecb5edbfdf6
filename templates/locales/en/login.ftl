# Sign-in and account choice.
login-title = Sign in to { $client }
login-title-plain = Sign in
login-use-account = Use your { $product } account.
login-confirm-title = Confirm it’s you, { $name }
login-confirm-why = Enter your password again to continue.
login-not-you = Not you?
login-username = Email or username
login-password = Password
login-forgot = Forgot password?
login-remember = Keep me signed in on this device
login-remember-days = { $days ->
    [one] for { $days } day
   *[other] for { $days } days
}
login-submit = Sign in
login-policy = { $client }’s privacy policy
login-terms = { $client }’s terms of service
login-error-wrong-pair = That email and password don’t match. Check both, or reset your password.
login-error-throttled = { $minutes ->
    [one] Too many attempts. Try again in { $minutes } minute.
   *[other] Too many attempts. Try again in { $minutes } minutes.
}
login-error-stale = This form is out of date. Try again.

accounts-title = Choose an account
accounts-to-continue = to continue to { $client }
accounts-signed-in = Signed in
accounts-signed-out = Signed out
accounts-other = Use another account
