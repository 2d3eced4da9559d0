from authoring import none, token, Part, Multi

none("en-newsletter", "The autumn edit: 25 looks for 2025", """
~ Plus: free shipping over $75

# The autumn edit

Corduroy is back. So is the trench. We asked 12 stylists for the 25 pieces they will wear until March 2026.

[btn Shop the edit](https://shop.fallowdeer.example/autumn-2025?utm_source=nl&utm_campaign=1103&mid=48291377)

| Corduroy overshirt | $128
| Suede loafers | $185.50

Call us on 1 (800) 555-0163. Prices valid until 11/16/2025.

^ Fallow Deer, 88 Prince St, New York, NY 10012 · [Unsubscribe](https://shop.fallowdeer.example/u/9918273)
""", "Fallow Deer <news@fallowdeer.example>", shell="table", traps="newsletter amount phone date")

none("en-promo-code", "Your 20% off code is inside", """
# A little thank-you

Your discount code:

!! AUTUMN20

Enter code **AUTUMN20** at checkout and take 20% off your next order. Valid until 30 November. One use per customer; not combinable with other offers.

[btn Start shopping](https://www.wickerandwool.example/new-in?promo=AUTUMN20)
""", "Wicker & Wool <hello@wickerandwool.example>", traps="promo-code", shell="mso")

none("en-promo-personal", "Sofia, here's $10 just for you", """
As a birthday treat we've put $10 aside for you. Use your personal voucher code BDAY-7XK2P when you pay. It expires on 14/12/2025.
""", "Clementine Cakes <birthday@clementine.example>", form="html", traps="promo-code amount")

none("en-order", "Order confirmation #4471029", """
# Thanks for your order!

Order number: **4471029**
Placed on 3 November 2025

| 1 × Enamel kettle, green | £42.00
| Delivery | £3.95
| Total | £45.95

We'll email your tracking number as soon as it leaves our warehouse. Deliver to: W. Lin, 14 Orchard Close, LS6 2AB.

[btn View order](https://www.copperkettle.example/account/orders/4471029?key=wc_order_h2Jk8)
""", "Copper Kettle <orders@copperkettle.example>", traps="order-number amount postal-code token-link", shell="table")

none("en-airline", "Your booking reference: 6QX7LM", """
# You're going to Lisbon!

Booking reference

!! 6QX7LM

| Flight | HX 1482
| Date | Fri 12 Dec 2025
| Depart | 06:55 MAN T2
| Seat | 23F

E-ticket number 220-2419883471. Check-in opens 24 hours before departure at [halcyonair.example/checkin](https://www.halcyonair.example/checkin?pnr=6QX7LM).
""", "Halcyon Air <bookings@halcyonair.example>", traps="booking-reference", shell="dark")

none("en-meeting", "Invitation: Q4 planning @ Tue Nov 11, 2025 3pm - 4pm (GMT)", """
Petra Dvorak is inviting you to a scheduled meeting.

Join the meeting
https://meet.huddle.example/j/91827364550?pwd=aUpXc1Rk""" + token("m1", 16) + """

Meeting ID: 918 2736 4550
Passcode: 482913

One tap mobile
+16465550112,,91827364550#,,,,*482913# US (New York)
""", "Petra Dvorak <petra.dvorak@schranka.example>", form="html", traps="meeting-passcode phone")

none("en-webinar-dialin", "Webinar details: pricing in a downturn", """
Thank you for registering! Here is everything you need on the day.

- Webinar ID: 845 1120 7734
- Access code for dial-in: 778-120-334#
- Event passcode: 551208

Add it to your calendar and join five minutes early. [Join webinar](https://events.lecternlive.example/join/84511207734?tk=eyJhbGciOiJI)
""", "Lectern Live <events@lecternlive.example>", traps="meeting-passcode token-link", shell="table")

none("en-sms-sent", "Your verification code was sent by SMS", """
Hi Ravi,

You asked for a verification code on 4 November 2025 at 10:22. For your security we sent the 6-digit code by text message to the mobile number ending in 4471.

Didn't get it? Request a new one after 60 seconds, or call 1-877-555-0190 and quote reference 20251104-88.
""", "Ridgeline Bank <secure@ridgeline.example>", traps="sent-elsewhere phone date")

none("en-never-ask", "Five ways to spot a scam", """
# Stay one step ahead of scammers

- We will **never** ask you for your one-time passcode, PIN or password.
- Never share a verification code with anyone, even if they say they are from our fraud team.
- Text scams to 7726.
- If in doubt, hang up and dial 159.

Last year 212,000 customers reported a scam attempt to us. Read the [2025 fraud report](https://www.marlowe.example/security/fraud-report-2025).
""", "Marlowe Credit <news@marlowe.example>", traps="mention-of-codes phone", shell="table")

none("en-new-signin", "New sign-in to your Aster account", """
We noticed a new sign-in to your account mi***@post.example.

| When | Nov 4, 2025, 7:14:03 AM UTC
| Device | Chrome on Windows 11
| Where | Ghent, Belgium
| IP | 203.0.113.180

If this was you, you don't need to do anything. If not, [secure your account](https://account.aster.example/recover?rfn=1762240443&tok=""" + token("ns", 24) + """) now.
""", "Aster account team <account-security-noreply@aster.example>", traps="security-alert ip-address token-link date", shell="react")

none("en-2fa-enabled", "Two-factor authentication is now on", """
You've turned on two-factor authentication for your Nimbus Docs account. From now on we'll ask for a 6-digit code from your authenticator app when you sign in on a new device.

Keep your recovery codes somewhere safe. You can view or regenerate them under Settings > Security.
""", "Nimbus Docs <security@nimbusdocs.example>", form="plain", traps="mention-of-codes")

none("en-2fa-howto", "How to set up two-step verification in 3 minutes", """
# Lock it down

**Step 1** Open Settings and choose Security.
**Step 2** Scan the QR code with your authenticator app.
**Step 3** Type in the 6-digit code shown by the app, for example 123 456, and press Confirm.

Codes change every 30 seconds. Since January 2024, 48210 of our customers have done it.

[btn Set up now](https://accounts.slateharbor.example/settings/security)
""", "Slate Harbor <tips@slateharbor.example>", traps="example-code mention-of-codes plain-login-link", shell="mso")

none("en-recovery-codes", "Your new backup codes", """
You generated a new set of backup codes for your Forge account. Each can be used once if you lose your phone. The old ones no longer work.

 1. 3f9a-771c     6. 88d2-0c1e
 2. b20e-94f7     7. 1aa4-e6d3
 3. 77c1-5d08     8. c95b-2f70
 4. e4d6-a19b     9. 0d3e-b8a6
 5. 60f2-3c8d    10. f817-49ce

Store them in a safe place.
""", "Forge <noreply@forge.example>", form="plain", traps="recovery-codes many-candidates")

none("en-invoice", "Invoice INV-2025-00418 from Basalt Hosting", """
Dear customer,

please find attached invoice INV-2025-00418 dated 01/11/2025 for EUR 118.64 (customer no. 7730215). We will debit the amount from your account DE89 3704 0044 0532 0130 00 on 15/11/2025. Mandate reference: BH-00077302-15.

VAT ID DE811223344 · Tax no. 27/448/01921
""", "Basalt Hosting <billing@basalt.example>", form="plain", attach=[], traps="invoice iban amount customer-number date")

none("en-parcel", "Your parcel is on its way", """
# It has left the depot

Tracking number: **00340434161094021501**

Expected: Thursday 6 November, 11:20–13:20

[btn Track parcel](https://track.swiftparcel.example/t/00340434161094021501?sec=8f2a)

Not home? Leave it with a neighbour or choose PIN-free safe place delivery.
""", "SwiftParcel <noreply@swiftparcel.example>", traps="tracking-number token-link", shell="table")

none("en-error-code", "Build #20418 failed: error code 137", """
Pipeline main · commit 4f8e2d1 · job 993812

Step 'test' exited with code 137 (out of memory). Error code: E40318.

Logs: https://ci.granite.example/builds/20418/logs?step=test
""", "Granite CI <builds@granite.example>", traps="error-code")

none("en-support-ticket", "[Ticket 558213] We received your request", """
##- Please type your reply above this line -##

Hi Hana,

Thanks for writing in. Your request (558213) has been received and is being reviewed by our support staff. Current waiting time: 4 hours.

You wrote: "I never get the verification code for my login, please help."
""", "Hobnail Support <support@hobnail.example>", form="plain", traps="ticket-number mention-of-codes")

none("en-welcome", "Welcome to Sandpiper", """
# Glad you're here, Sofia

Your account is ready. Your user name is **sofia.lund** and your member number is 88120476.

[btn Log in](https://me.sandpiper.example/login)

Three things to try first: add a photo, invite your crew, read the [captain's handbook](https://help.sandpiper.example/handbook).
""", "Sandpiper <crew@sandpiper.example>", traps="plain-login-link customer-number welcome", shell="table")

none("en-plain-login-only", "Your statement is ready", """
Your October statement for account ending 2071 is now available.

[btn Log in to view](https://online.coppercreek.example/login)

For your protection we don't include account details in email.
""", "Copper Creek Bank <statements@coppercreek.example>", traps="plain-login-link card-digits", shell="table")

none("en-postal", "Update your address: is 55802 still right?", """
Hello Mr Okafor,

The post office returned a letter to us. Please check that we have your correct ZIP code (55802) and street. You can change your address in Online Banking under Profile.
""", "Copper Creek Bank <service@coppercreek.example>", form="plain", traps="postal-code")

none("en-giftcard", "You've received a $50 gift card!", """
Lucia sent you a gift card.

"Happy birthday! Get yourself something nice."

| Amount | $50.00
| Card number | 6036 2849 1177 2043
| PIN | 4471

Redeem in store or online. No expiry.
""", "Paperbark Books <giftcards@paperbark.example>", traps="gift-card amount", shell="old")

none("en-wifi", "Your stay at Tern Hotels, room 418", """
Welcome! Check-in from 15:00. Your room number is 418, the guest Wi-Fi password is seabreeze2025 and breakfast is served 7:00–10:30.

The main door is locked after 23:00; ring for the night porter.

Confirmation number 77120934.
""", "Tern Hotels <stay@tern.example>", traps="wifi-password booking-reference")

none("en-code-of-conduct", "Updated code of conduct", """
Dear member,

The board has adopted a new code of conduct (version 3.2, 2025) which takes effect on 1 January 2026. Please read section 4.1 on confidentiality. It replaces the 2019 version.
""", "Rowing Club Eastmoor <secretary@rowing.eastmoor.test>", traps="other-meaning")

none("en-source-code", "Weekly digest: 1284 commits, 37 repositories", """
The code you follow moved this week.

- parser: "verify token offsets" (#88213)
- auth: "retry login once" (#88240)
- Code review: 412 comments by 58 people

Top contributor: d.petrov, 9302 lines of code.
""", "Forge <digest@forge.example>", form="plain", traps="other-meaning")

none("en-barcode-ticket", "Your tickets for The Lantern Room", """
# Show these at the door

| Order | 21-77401-92218
| Row | K
| Seats | 12–13
| Date | Sat 22 Nov 2025, 19:30

![Barcode 998124407713](https://img.lanternroom.example/b/998124407713.png)

Entry code will be scanned from your phone. Save the battery!
""", "The Lantern Room <boxoffice@lanternroom.example>", traps="booking-reference barcode", shell="mso")

none("en-bounce", "Undelivered Mail Returned to Sender", "", "Mail Delivery System <MAILER-DAEMON@mx.inbox.example>", traps="delivery-report", body=Multi("report",
     Part("text/plain", "This is the mail system at host mx.inbox.example.\n\nI'm sorry to have to inform you that your message could not be delivered to one or more recipients.\n\n<nobody@larkspur.example>: host mx1.larkspur.example[192.0.2.4] said: 550 5.1.1\n    <nobody@larkspur.example>: Recipient address rejected: User unknown (in reply to RCPT TO command)\n"),
     Part("message/delivery-status", "Reporting-MTA: dns; mx.inbox.example\nX-Postfix-Queue-ID: 4D2F18842C\nArrival-Date: Mon,  3 Nov 2025 08:41:12 +0000 (UTC)\n\nFinal-Recipient: rfc822; nobody@larkspur.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n", label=""),
     Part("text/rfc822-headers", "Return-Path: <mira.holt@post.example>\nSubject: your code 118822\nFrom: mira.holt@post.example\n", label=""), params=" report-type=delivery-status;"))

none("en-out-of-office", "Automatic reply: Your code", """
Thank you for your email. I am out of the office until 17 November 2025 with limited access to mail. For urgent matters please call +44 20 7946 0018 or write to desk@harrow.example.

Kind regards
Priya Nair
""", "Priya Nair <p.nair@harrow.example>", form="plain", traps="auto-reply phone date", headers=["Auto-Submitted: auto-replied"])

none("en-password-changed", "Your password was changed", """
The password for your Tideline account was changed on 5 November 2025 at 21:40 UTC from IP 198.51.100.77.

If you did this, you're all set. If not, [reset your password](https://accounts.tideline.example/forgot) and contact us right away.
""", "Tideline <support@tideline.example>", traps="security-alert ip-address plain-login-link", shell="divs")

none("en-code-expired", "Your verification code has expired", """
Hi,

The verification code we sent you yesterday was not used and has expired. When you are ready, go back to fenwick.example and request a new one.
""", "Fenwick Notes <robots@fenwick.example>", form="plain", traps="mention-of-codes")

none("en-calendar", "Dentist appointment reminder", "", "Harbor Dental <desk@harbordental.example>", traps="calendar phone", body=Multi("alternative",
     Part("text/plain", "Reminder: you have an appointment with Dr. Osei on Thursday, 13 November 2025 at 09:45. Reply 1 to confirm or 2 to cancel, or call 555-0104. Patient no. 30418.\n"),
     Part("text/calendar", "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:48291377@harbordental.example\nDTSTART:20251113T094500Z\nDTEND:20251113T101500Z\nSUMMARY:Dentist\nSEQUENCE:0\nEND:VEVENT\nEND:VCALENDAR\n", params="; method=REQUEST")))

none("en-survey", "How did we do? 2 minutes, 5 questions", """
Your opinion counts. Rate your visit from 1 to 10.

[1](https://survey.tern.example/r/a81?s=1) [2](https://survey.tern.example/r/a81?s=2) [3](https://survey.tern.example/r/a81?s=3) [4](https://survey.tern.example/r/a81?s=4) [5](https://survey.tern.example/r/a81?s=5) [6](https://survey.tern.example/r/a81?s=6)

Survey code 20418 is for internal use.
""", "Tern Hotels <survey@tern.example>", traps="survey digit-cells", shell="table")

none("en-digit-cells-countdown", "72 hours left", """
# The sale ends in

<table align="center"><tr><td>0</td><td>3</td><td>:</td><td>1</td><td>2</td><td>:</td><td>4</td><td>5</td></tr><tr><td colspan="2">days</td><td></td><td colspan="2">hours</td><td></td><td colspan="2">min</td></tr></table>

[btn Shop now](https://www.wickerandwool.example/sale)
""", "Wicker & Wool <hello@wickerandwool.example>", traps="digit-cells newsletter", form="html", shell="table")

none("en-pgp", "Encrypted message", "", "Forge Security <security@forge.example>", traps="encrypted", unreadable=True, body=Multi("encrypted",
     Part("application/pgp-encrypted", "Version: 1\n", label=""),
     Part("application/octet-stream", "-----BEGIN PGP MESSAGE-----\n\nhQEMA" + token("pgp1", 59) + "\n" + "\n".join(token("pgp" + str(i), 64) for i in range(2, 9)) + "\n=a8Kd\n-----END PGP MESSAGE-----\n", label="", params='; name="encrypted.asc"'),
     params=' protocol="application/pgp-encrypted";'))

none("en-pgp-inline", "Your access code", "-----BEGIN PGP MESSAGE-----\n\n" + "\n".join(token("pgi" + str(i), 64) for i in range(9)) + "\n=q482\n-----END PGP MESSAGE-----\n",
     "Basalt Hosting <noc@basalt.example>", form="plain", traps="encrypted", unreadable=True)
