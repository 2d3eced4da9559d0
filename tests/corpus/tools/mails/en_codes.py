from authoring import code

code("en-saas-signin", "482913", "Your Larkspur sign-in code", """
~ Enter this code to finish signing in.

# Sign in to Larkspur

Hi Mira,

Use the code below to finish signing in to your workspace. It works once and expires in 10 minutes.

!! 482913

If you didn't try to sign in, you can ignore this message — nobody can get in without the code.

^ Larkspur Inc., 2210 Harbor Blvd, Suite 400, Oakland, CA 94607 · [Help](https://help.larkspur.example/) · [Preferences](https://app.larkspur.example/settings/mail)
""", "Larkspur <no-reply@larkspur.example>", shell="react", ttl=600, traps="postal-code")

code("en-subject-only", "739204", "739204 is your Pinefold verification code", """
Someone (hopefully you) is signing in to Pinefold with this address. The number you need is in the subject of this message.

Not you? No action is needed.

The Pinefold team
""", "Pinefold <hello@pinefold.example>", form="plain", traps="subject-only")

code("en-bank-transfer", "604417", "Confirm your transfer of $1,250.00", """
# Confirm a payment

Dear Mr Okafor,

You asked us to send **$1,250.00** to HARBOR DENTAL LLC (account ending 8834) from your Everyday Checking ••••2071 on 11/03/2025 at 14:22.

To approve this transfer, enter this security code in the app:

!! 604417

The code is valid for 5 minutes. We will never call you to ask for it. If you did not request this transfer, phone 1-800-555-0142 immediately.

^ Copper Creek Bank, N.A. Member FDIC. 100 Main Street, Duluth, MN 55802. Ref. 20251103-447120
""", "Copper Creek Bank <alerts@coppercreek.example>", shell="table", ttl=300, traps="amount phone date card-digits postal-code")

code("en-card-3ds", "91827364", "Your one-time passcode for an online purchase", """
You are paying GBP 64.20 to TIDEWATER BOOKS with your card ending in 5512.

Passcode: 91827364

Enter it on the payment page to complete your purchase. Never share this passcode with anyone, including our staff.

Merchant reference: 7700214459
Card helpline: 0345 555 0199 (24 hours)
""", "Marlowe Credit <3dsecure@marlowe.example>", form="plain", traps="amount card-digits phone order-number")

code("en-game-guard", "K7M2Q", "New computer — access code needed", """
Hello starling_77,

It looks like you are logging in to your Embervale account from a computer we have not seen before. Here is the Guard code you need to get in:

!! K7M2Q

This email was generated because of a login attempt from a device in Porto, Portugal (85.240.14.9). The Guard code is required to complete the login. No one can access your account without also having access to this email.

Good hunting,
The Embervale Support Team
[https://help.embervale.example](https://help.embervale.example/)
""", "Embervale Support <noreply@embervale.example>", box="td", shell="dark", traps="alphanumeric ip-address")

code("en-g-prefix", "G-403817", "G-403817 is your Gantry verification code", """
Gantry verification code

Dear Gantry user,

We received a request to access your Gantry account through your email address. Your Gantry verification code is:

G-403817

If you did not request this code, it is possible that someone else is trying to access your account. Do not forward or give this code to anyone.

Sincerely yours,
The Gantry Accounts team
""", "Gantry <accounts@gantry.example>", form="plain", traps="prefix-code")

code("en-split-dash", "590143", "Your login code: 590-143", """
~ 590-143 is your login code

Enter the following code to log in to Quillboard:

!! 590-143

This code expires in 15 minutes. For your safety, don't share it.
""", "Quillboard <notifications@quillboard.example>", ttl=900, traps="display-separator", shell="mso")

code("en-spaced", "316805", "Verify your device", """
Hey there 👋

A sign in attempt requires further verification because we did not recognize your device.

Device: Firefox on Linux
Verification code: 316 805

If you did not attempt to sign in, your password may be compromised. Visit https://forge.example/settings/security to choose a new, strong password.

Thanks,
The Forge Team
""", "Forge <noreply@forge.example>", form="plain", traps="display-separator decoy-link")

code("en-mixed-case", "vM8xw", "Complete your registration", """
Welcome to Tallgrass!

To complete your registration, please type the following verification code into the form (it is case-sensitive):

!! vM8xw

Need a hand? Reply to this mail.
""", "Tallgrass <team@tallgrass.example>", traps="case-sensitive alphanumeric", box="pre", shell="bare")

code("en-letters-only", "QWHDKT", "Your temporary login code for Notable", """
# Login code for Notable

Copy and paste this temporary login code:

!! QWHDKT

If you didn't try to log in, you can safely ignore this email.

Hint: you can set a permanent password in Settings → My account.

^ [Notable](https://notable.example/), the connected workspace for your wiki, docs and projects.
""", "Notable <notify@notable.example>", traps="letters-only", shell="react", box="div")

code("en-split-cells", "270586", "Confirm your email address", """
~ Here is your confirmation code

# Confirm your email address

Your confirmation code is below — enter it in your open browser window and we'll help you get signed in.

!! 270586

If you didn't request this email, there's nothing to worry about, you can safely ignore it.

^ ©2025 Slate Harbor LLC, a Tern company. 500 Howlett Street, San Mateo, CA 94103, USA. All rights reserved.
""", "Slate Harbor <feedback@slateharbor.example>", box="cells", shell="table", plain="Please view this message in an email client that supports HTML.\n", traps="useless-plain")

code("en-split-spans", "849302", "Almost there! Verify it's you", """
# Verify it's you

We just need to make sure this is really you. Type in these six digits:

!! 849302

They stop working after half an hour.
""", "Sprocket Pay <verify@sprocketpay.example>", box="spans", form="html", shell="divs", ttl=1800, traps="words-lifetime")

code("en-origin-bound", "385120", "Sign in to Moorland", """
385120 is your Moorland authentication code.

@moorland.example #385120
""", "Moorland <login@moorland.example>", form="plain", traps="origin-bound")

code("en-origin-bound-bare", "7719", "Moorland Market", """
Thanks for visiting again! Checkout faster with your saved card.

@market.moorland.example #7719
""", "Moorland Market <login@moorland.example>", form="plain", traps="origin-bound short-code")

code("en-ride-hailing", "4471", "4471 is your Zipcab code", """
Your Zipcab code is 4471. Never share this code with anyone; our drivers will never ask for it. Reply STOP to 89203 to unsubscribe from texts.
""", "Zipcab <codes@zipcab.example>", form="plain", traps="short-code phone")

code("en-gov-portal", "118264", "Your one-time code for GovAccess", """
Hello,

Your one-time code is **118264**.

The code will expire in 10 minutes at 3:42 PM (EST), November 4, 2025. Please enter it before then to continue to Benefits.invalid.

Please do not reply to this message. If you need help, visit [govaccess.example/help](https://govaccess.example/help) or call (844) 555-0187.

^ GovAccess, 1800 F Street NW, Washington, DC 20405
^ Your case number, if you have one, is never part of this message.
""", "GovAccess <no-reply@govaccess.example>", ttl=600, shell="bare", traps="date phone postal-code")

code("en-telecom-pin", "55120984", "Temporary PIN for your account 0044718293", """
Hi Petra,

Here's the temporary PIN you asked for. Account number: 0044718293. Temporary PIN: 55120984. Use it within 24 hours to sign in to MyBeacon and then pick your own PIN.

Your next bill of $84.17 is due on December 12, 2025.

Beacon Wireless
PO Box 15062, Albany NY 12212
""", "Beacon Wireless <service@beaconwireless.example>", form="plain", ttl=86400, traps="account-number amount date postal-code")

code("en-password-reset", "662097", "Reset your password", """
# Forgot your password?

It happens to the best of us. To choose a new one, go back to the app and enter this reset code:

!! 662097

Ticket #48213377 has been opened in case you need to talk to us.

If you did not ask to reset your password, please [let us know](https://support.hobnail.example/report?t=48213377).
""", "Hobnail <care@hobnail.example>", traps="ticket-number decoy-link")

code("en-email-change", "Z4-88N1", "Confirm the new address for your Kestrel account", """
Hello,

you asked to change the email address of your Kestrel account from t.o****@old.example to this one. Please confirm with the code Z4-88N1 in Settings › Profile › Email within 2 hours.

Kestrel Analytics GmbH, Lindenstr. 14, 10969 Berlin, HRB 128843
""", "Kestrel Analytics <security@kestrel.example>", form="plain", ttl=7200, traps="hyphen-code alphanumeric postal-code")

code("en-hyphen-mid", "ABC-417", "ABC-417", """
Hi,

ABC-417 is the confirmation code for your Mapleton login. Type it exactly as shown, with the dash.

— Mapleton
""", "Mapleton <login@mapleton.example>", form="plain", traps="hyphen-code")

code("en-inline-bold", "730155", "Security code", """
# Your security code

Please use the following security code for the Aster account mi****@post.example.

Security code: **730155**

If you don't recognize the account, you can [click here](https://account.aster.example/dispute?a=0f31bb20) to remove your email address from it.

Thanks,
The Aster account team
""", "Aster account team <account-security-noreply@aster.example>", shell="old", traps="inline-code decoy-link")

code("en-year-like", "2025", "Your Fernway PIN", """
Your one-time PIN is 2025.

Enter it at the kiosk to open your locker. The PIN stops working at midnight.

Fernway Lockers © 2024
""", "Fernway Lockers <locker@fernway.example>", form="plain", traps="year-like short-code")

code("en-date-like", "20251103", "Authentication code", """
Dear customer,

Authentication code: 20251103

Keep it secret. It can be used once, within the next 3 minutes.

Sent on 11/04/2025 08:15 UTC
""", "Isthmus Brokerage <auth@isthmus.example>", form="plain", ttl=180, traps="date-like date")

code("en-no-keyword", "804411", "Welcome back to Driftwood", """
Enter this on the screen where you left off:

!! 804411

See you in a second,
Driftwood
""", "Driftwood <hi@driftwood.example>", shell="frag", box="p", traps="no-keyword")

code("en-code-and-link", "195573", "Sign in to Copperleaf", """
# Sign in to Copperleaf

Click the button below to sign in to Copperleaf. This link will expire in 20 minutes and can only be used once.

[btn Sign in to Copperleaf](https://auth.copperleaf.example/magic?token=hD72kfLq09sPvYt3WzXn&email=mira%40post.example)

Or enter this verification code in the app: **195573**

^ If you did not request this mail, you can safely ignore it.
""", "Copperleaf <login@copperleaf.example>", ttl=1200, traps="code-and-link", shell="table")

code("en-copy-both", "438810", "Log in to Bramble with a single click", """
Log in by clicking the link:

https://bramble.example/auth/one-click/9dK2mPzQx7VbT4Lr

or type the code 43 88 10 where you started.

The code and the link expire in one hour.
""", "Bramble <robot@bramble.example>", form="plain", ttl=3600, traps="code-and-link display-separator")

code("en-crypto-withdraw", "381046", "[Coinmarsh] Confirm Your Withdrawal", """
# Confirm Your Withdrawal

You've initiated a withdrawal request:

| Amount | 0.04150000 BTC
| Address | bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh
| Time | 2025-03-14 09:26:53(UTC)

Withdrawal verification code:

!! 381046

**Anti-phishing code:** heron-lamp

The verification code will be valid for 30 minutes. Please do not share this code with anyone. Risk warning: digital asset prices can be volatile.
""", "Coinmarsh <do-not-reply@coinmarsh.example>", ttl=1800, shell="dark", box="p", traps="amount date crypto-address two-labelled-codes")

code("en-wbr", "928471", "Finish setting up your Waxwing profile", """
Finish setting up your profile by entering this verification code:

!! 928471

It is good for 48 hours.
""", "Waxwing <onboarding@waxwing.example>", box="wbr", form="html", shell="bare", ttl=172800)

code("en-zero-width", "615520", "Your Ottermail recovery code request", """
To prove that ottermail account **m•••••h** is yours, type this code into the recovery page:

!! 615520

Didn't ask for this? Someone may have mistyped their address.
""", "Ottermail <recovery@ottermail.example>", box="zw", shell="divs")

code("en-entities", "430892", "Verification required", """
Please verify that this is your address. Your verification number:

!! 430892
""", "Cobalt Rail <tickets@cobaltrail.example>", box="ents", form="html", shell="old")

code("en-image-alt", "7K2P9", "Here's your code", """
Your sign-up code is shown below. Images off? The code is in the picture's description.

!! 7K2P9
""", "Plum Studio <studio@plum.example>", box="img", form="html", shell="table", traps="alphanumeric")

code("en-image-digits", "509271", "Your code has arrived", """
Use this code to sign in:

!! 509271
""", "Tern Hotels <members@tern.example>", box="imgs", form="html", shell="divs")

code("en-sentence-end", "273318", "Two-step login", """
Someone knows your password and is logging in to Nimbus Docs right now. If it is you, the two-step login code is 273318.

If it is not, change your password today.
""", "Nimbus Docs <security@nimbusdocs.example>", form="plain", traps="sentence-end")

code("en-quotes", "ak7-9fx", "Log in to Slatepad", """
Your Slatepad sign-in phrase is "ak7-9fx" (without the quotes). It is valid until 16:45.
""", "Slatepad <noreply@slatepad.example>", form="plain", traps="hyphen-code lower-case", label="utf-8")

code("en-apology-two-mails", "556034", "Your new code (please ignore the earlier one)", """
Hi Jonas,

You requested another code, so the previous one no longer works. Your new code:

!! 556034

Requests today: 2. After 5 requests we will pause for 30 minutes.
""", "Relay Cycles <account@relaycycles.example>", traps="small-numbers", shell="mso")

code("en-pipe-table", "660318", "Account verification", """
Account verification

| Account | mira.holt@post.example
| Requested | 3 Nov 2025, 08:12 GMT
| IP address | 198.51.100.23
| Your code | 660318
| Valid for | 10 minutes

Thornbury Cloud
""", "Thornbury Cloud <iam@thornbury.example>", ttl=600, shell="table", traps="table-cell ip-address date")

code("en-cloud-iam", "10203040", "Root user sign-in: verification code", """
Verify your identity

Hello, you recently signed in as root user to account 4415-0092-7713. To finish, enter the following verification code. If you don't recognise this sign-in, reset your root password.

Verification code
10203040
(This code will expire 10 minutes after it was sent.)

Nimbra Web Services will never email you and ask you to disclose your password or credit card number.

Nimbra Web Services, Inc. is a subsidiary of Nimbra.invalid, 410 Terrace Avenue North, Seattle, WA 98109-5210
""", "Nimbra Web Services <no-reply@signin.nimbra.example>", form="plain", ttl=600, traps="account-number postal-code")

code("en-dating", "09124", "09124 — your Meadowlark code", """
Your Meadowlark code is 09124
Don't share it
""", "Meadowlark <yo@meadowlark.example>", form="plain", traps="leading-zero")

code("en-insurance", "R2D7-9KXQ", "Policy portal: activation key", """
Dear policyholder,

Thank you for registering policy **HX-2209-771834** online. To activate access to the policy portal, enter this activation code:

!! R2D7-9KXQ

For claims call 0800 555 0134. Claims reference numbers start with CL and have 9 digits.
""", "Harrow Mutual <portal@harrowmutual.example>", traps="policy-number hyphen-code phone", shell="old", box="font")

code("en-delivery-door", "8140", "Your parcel is out for delivery", """
# It's nearly there!

Your parcel from Lantern & Co. is out for delivery today between 13:05 and 15:05.

Because it is valuable, our driver will ask for a one-time delivery password. Please give it to the driver only at the door:

!! 8140

| Tracking number | JD014600006281230704
| Order | #LC-2231876
| Deliver to | 12 Elm Row, EH7 4AA

[Track my parcel](https://track.swiftparcel.example/JD014600006281230704)
""", "SwiftParcel <delivery@swiftparcel.example>", traps="tracking-number order-number postal-code decoy-link short-code", shell="table")
