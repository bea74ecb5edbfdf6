# Forgotten, reset and new passwords; the first-run set-up.
forgot-title = Reset your password
forgot-text = Enter your email address or username. If an account uses it, we send a link.
forgot-submit = Send the link
forgot-sent-title = Check your mail
forgot-sent = { $minutes ->
    [one] If an account uses that address, a reset link is on its way. It works for { $minutes } minute.
   *[other] If an account uses that address, a reset link is on its way. It works for { $minutes } minutes.
}
forgot-no-mail = Nothing arrived? Look in the spam folder, or ask your administrator.
back-to-sign-in = Back to sign-in

reset-title = Choose a new password
reset-for = For { $username }
reset-sign-out = Sign out everywhere else
reset-submit = Save password
link-gone-title = This link no longer works
link-gone = This link has expired or was already used.
link-gone-again = Get a new link

password-new = New password
password-current = Current password
password-hint = At least { $min } characters. A few unrelated words make a good one.
password-error-too-short = Use at least { $min } characters.
password-error-too-long = Use at most { $max } characters.
password-error-common = That password appears in lists of common or leaked passwords. Choose another.
password-error-identity = That password contains your name or address. Choose another.
password-error-same = That is your current password. Choose another.
password-error-characters = That password has a character we can’t store. Choose another.
password-error-current = The current password is not right.

setup-title = Set up { $product }
setup-text = Create the first administrator. This link works once.
setup-username = Username
setup-name = Your name
setup-email = Email address
setup-submit = Create administrator
setup-gone-title = This set-up link no longer works
setup-gone = It has expired, or an administrator already exists. The command line of the server can print a new one.
field-error-required = Fill in this field.
field-error-email = Enter an address such as name@example.com.
field-error-username = Use letters, digits, dots, dashes and underscores.
field-error-taken = Another account already uses this.
field-error-too-long = This is too long.
reset-done = Your password is saved. Sign in with it.
setup-done = The administrator is created. Sign in to go on.
