# Connecting a device, and requests that applications make without a browser.
device-title = Connect a device
device-text = Enter the code that your device shows.
device-code = Code
device-code-hint = Eight letters, such as BCDF-GHJK. Only enter a code from a device in front of you.
device-continue = Continue
device-error-unknown = This code is wrong or no longer valid. Look at your device and try again.
device-error-throttled = { $minutes ->
    [one] Too many wrong codes. Try again in { $minutes } minute.
   *[other] Too many wrong codes. Try again in { $minutes } minutes.
}
device-confirm-title = Connect { $client }?
device-confirm-text = A device wants to use your account. If you did not begin this on a device of your own just now, don’t allow it.
device-done-title = Device connected
device-done-text = { $client } can go on now. You can close this page.
device-denied-title = Not allowed
device-denied-text = { $client } was not given access. You can close this page.
device-to-account = Go to your account

nav-account-requests = Requests
requests-title = Requests
requests-text = Applications that ask for your approval right now.
requests-none = Nothing to approve
requests-none-text = When an application asks for your approval, you’ll see it here.
requests-message = Message: { $message }
requests-compare = Allow this only if the application shows you the same message.
requests-unasked = Allow this only if you know why { $client } asks right now.
requests-asked = Asked { $when }
requests-allow = Allow
requests-allow-named = Allow { $client }
requests-deny = Don’t allow
requests-deny-named = Don’t allow { $client }
requests-allowed = { $client } may go on now.
requests-denied = { $client } was not allowed.
requests-gone = This request is no longer open.
account-requests = Requests
account-requests-count = { $count ->
    [0] No application waits for your approval
    [one] { $count } application waits for your approval
   *[other] { $count } applications wait for your approval
}
account-requests-open = See requests
account-requests-new = New
