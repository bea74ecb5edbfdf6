# Error pages: a title that names the problem, and one sentence for the person.
error-bad-request-title = We can’t use that request
error-bad-request = Something in it is missing or not in the right form. Go back and try again.
error-forbidden-title = You can’t open this page
error-forbidden = Your account does not have the permission. Ask your administrator for access.
error-not-found-title = There is nothing here
error-not-found = The address is wrong, or what was here has been removed.
error-method-title = That doesn’t work here
error-method = This address can’t be used in that way. Go back and use the links and buttons of the page.
error-expired-title = Your sign-in took too long
error-expired = We stopped it to keep your account safe. Start again and it will only take a moment.
error-too-large-title = That’s too much to send
error-too-large = The request is larger than we accept. Shorten it and try again.
error-throttled-title = Too many attempts
error-throttled = { $minutes ->
    [one] Wait { $minutes } minute, then try again.
   *[other] Wait { $minutes } minutes, then try again.
}
error-internal-title = Something went wrong on our side
error-internal = Nothing you did caused this. Try again, and if it happens again give your administrator the request ID below.
error-unavailable-title = We can’t sign you in right now
error-unavailable = A part of this service is not answering. Wait a moment and try again.
error-stale-title = This form is out of date
error-stale = Reload the page and try again.
error-not-allowed-title = You can’t use this app
error-not-allowed = Your account can’t use { $client }. Ask your administrator for access.

# What a client got wrong. The first sentence is what tests and operators look for.
error-client-title = This app sent a request we can’t accept
error-unknown-client = The app is not registered here. Go back to the app and tell the people who run it.
error-client-disabled = The app has been switched off here. Ask your administrator about it.
error-redirect-uri-mismatch = The return address of the app is not registered. Go back to the app and tell the people who run it.
error-redirect-uri-missing = The return address of the app is missing. Go back to the app and tell the people who run it.
error-post-logout-redirect-uri-mismatch = The address to go to after signing out is not registered. You are still signed in.
error-id-token-hint = The app could not prove who is signing out. You are still signed in.
error-request-uri = This sign-in has run out or has been used already. Go back to the app and start again.
error-request-object = The app’s request could not be verified. Go back to the app and tell the people who run it.

error-start-again = Start again
error-back-to = Back to { $client }
error-to-account = Go to your account
error-try-again = Try again
error-details = Details for the developer
error-detail-code = Error
error-detail-description = Description
error-detail-client = Client ID
error-detail-redirect = Redirect URI received
error-detail-request = Request ID
error-detail-time = Time

form-post-title = Back to { $client }
form-post-text = You are being sent back. If nothing happens, continue by hand.
form-post-submit = Continue
