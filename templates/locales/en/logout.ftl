# Sign-out.
logout-title = Sign out of { $product }?
logout-signed-in-as = You’re signed in as { $name }.
logout-also = This also signs you out of:
logout-submit = Sign out
logout-stay = Stay signed in
logged-out-title = You’re signed out
logged-out-text = You can close this window.
logged-out-again = Sign in again
logged-out-back = Back to { $client }
