from authoring import code, link, token

link("en-magic-path", "https://app.larkspur.example/auth/magic/" + token("a", 43), "Sign in to Larkspur", """
~ Your magic link is inside

# Your sign-in link

Click below to sign in. The link works once and dies after 15 minutes.

[btn Sign in to Larkspur]({L})

Button not working? Paste this into your browser: [{L}]({L})

^ Larkspur Inc., 2210 Harbor Blvd, Oakland, CA 94607 · [Help centre](https://help.larkspur.example/) · [Unsubscribe](https://app.larkspur.example/mail/unsubscribe?u=88123)
""", "Larkspur <no-reply@larkspur.example>", ttl=900, shell="react", traps="decoy-link")

link("en-magic-plain", "https://notes.fenwick.example/session/verify?token=" + token("b", 36) + "&next=%2Finbox", "Your login link", """
Hi,

Here's the link you asked for. It logs you straight in:

{L}

Good for one hour. If you didn't ask for it, just delete this mail.

Fenwick Notes
https://fenwick.example | https://fenwick.example/privacy
""", "Fenwick Notes <robots@fenwick.example>", form="plain", ttl=3600)

link("en-tracked", "https://click.mailer.example/ls/click?upn=u001." + token("c", 120) + "-2B" + token("c2", 40), "Confirm your email", """
# Just one more step

Thanks for joining Beanstalk Market! Please confirm that this is your email address so that we can start sending your order updates.

[btn Confirm my email]({L})

^ You're receiving this because you signed up at beanstalk.example.
^ [Privacy](https://click.mailer.example/ls/click?upn=u001.hT9pQ2mZ) | [Unsubscribe](https://click.mailer.example/wf/unsubscribe?upn=u001.xY7) | 77 Canal St, Suite 9, Portland, ME 04101
""", "Beanstalk Market <hello@beanstalk.example>", shell="table", traps="tracking-redirect decoy-link")

link("en-fragment", "https://vault.harrier.example/#/finish-signup?email=mira%40post.example&token=" + token("d", 64), "Verify your email address to finish creating your vault", """
Finish creating your Harrier vault by verifying your address.

[btn Verify email]({L})

If you did not request this, ignore this email. Links expire after 24 hours.
""", "Harrier <no-reply@harrier.example>", ttl=86400, traps="fragment-token", shell="divs")

link("en-reset", "https://accounts.tideline.example/reset_password/" + token("e", 20) + "?lang=en", "Password reset request", """
Hello wei.lin,

Somebody asked for a new password for your Tideline account. To pick one, open this page within the next 30 minutes:

[Reset my password]({L})

Wasn't you? Your password is still safe, and nothing changes until you open the link above and choose a new one. You may also want to [read about account security](https://help.tideline.example/en/articles/4418-account-security).
""", "Tideline <support@tideline.example>", ttl=1800, traps="password-reset decoy-link", form="html", shell="bare")

link("en-device-approve", "https://id.overlook.example/devices/approve?request=9f1c2b7e-44d1-4e0a-9c7a-0b5c1d2e3f40&sig=" + token("f", 27), "Approve a new device", """
# New device waiting for approval

| Device | Pixel tablet
| Location | Lyon, France (approximate)
| Time | 4 Nov 2025, 19:07 CET

If this is you, approve the device to continue signing in.

[btn Approve this device]({L})

Not you? [Secure your account](https://id.overlook.example/security?src=device_mail) instead.
""", "Overlook ID <id@overlook.example>", traps="device decoy-link date", shell="mso")

link("en-parens", "https://wiki.stonechat.example/confirm/User_(Mira)?k=" + token("g", 16) + "&r=[main]", "Please confirm your wiki account", """
Someone from IP address 203.0.113.77 has registered an account "Mira" with this address on Stonechat Wiki. To confirm that the account really belongs to you, open this link in your browser: {L}
If you did *not* register the account, follow this link to cancel the confirmation: https://wiki.stonechat.example/cancel/""" + token("g2", 16) + """
""", "Stonechat Wiki <wiki@stonechat.example>", form="raw", plain="""Someone from IP address 203.0.113.77 has registered the account "Mira" with this address on Stonechat Wiki.

To confirm that the account really belongs to you, open this link in your browser:

{Lraw}

This confirmation will expire at 12:48, 10 November 2025.
""", html="""<p>Someone from IP address 203.0.113.77 has registered the account &quot;Mira&quot; with this address on Stonechat Wiki.</p>
<p>To confirm that the account really belongs to you, open <a href="{L}">this confirmation link</a> in your browser.</p>
<p>This confirmation will expire at 12:48, 10 November 2025.</p>""", traps="percent-encoding ip-address")

link("en-trailing-dot", "https://join.redstart.example/v/" + token("h", 22), "Verify your Redstart account", """
Hi! To verify your account, please visit {L}. The link can be used only once.

Cheers, Redstart (www.redstart.example).
""", "Redstart <postmaster@redstart.example>", form="plain", traps="trailing-punctuation")

link("en-angle", "https://lists.cooperage.example/confirm/announce/" + token("i", 40, "0123456789abcdef"), "confirm your subscription request", """
We have received a request from 192.0.2.61 for subscription of your email address, "d.petrov@pochta.example", to the announce@lists.cooperage.example mailing list. To confirm that you want to be added to this mailing list, visit this web page:

    <{L}>

If you do not wish to be subscribed to this list, please simply disregard this message.
""", "announce-confirm@lists.cooperage.example", form="plain", traps="double-opt-in ip-address")

link("en-entities", "https://auth.kingbird.example/verify?user=48812&exp=1762252800&sig=" + token("j", 43) + "%3D&copy=1&lt=2", "Confirm it's you", """
<html><head><title>Kingbird</title><style>a:hover{color:#123456}</style></head><body>
<p><a href="https://www.kingbird.example/"><img src="https://www.kingbird.example/logo.gif" alt="Kingbird"></a></p>
<p>Hello! Tap the button to confirm it&rsquo;s you and finish logging in.</p>
<p><a class=btn href='{L}'>Yes,&nbsp;log&nbsp;me&nbsp;in</a></p>
<p><small><a href="https://www.kingbird.example/help/login">Trouble logging in?</a> &middot; Kingbird Ltd, 4 Mill Lane, Bath BA1 2QX</small></p>
</body></html>
""", "Kingbird <auth@kingbird.example>", form="raw", traps="entities decoy-link postal-code")

link("en-two-buttons", "https://me.sandpiper.example/account/activate/" + token("k", 48), "Activate your account", """
~ Activate your account and download our apps

# Welcome aboard, Sofia!

Before you can set sail, please activate your account.

[btn Activate account]({L})

And then take Sandpiper with you:

[btn Download for iPhone](https://apps.sandpiper.example/ios?ref=welcome_mail)

[btn Download for Android](https://apps.sandpiper.example/android?ref=welcome_mail)

Questions? [Visit our help centre](https://help.sandpiper.example) or reply to this mail.
""", "Sandpiper <crew@sandpiper.example>", shell="table", traps="decoy-link")

link("en-word-link", "https://bistro.example/l?t=" + token("l", 90), "Your bistro link", """
Hey Noa —

[Click here]({L}) to get back to your saved basket, signed in. Works on this device only, until 18:00.

[Menu](https://bistro.example/menu) · [Opening hours](https://bistro.example/hours) · [Instagram](https://social.example/bistro)
""", "The Bistro <table@bistro.example>", traps="weak-anchor decoy-link", shell="bare", form="html")

link("en-no-number-confuse", "https://account.millrace.example/email/confirm?id=10048213&code=771204&h=" + token("m", 32, "0123456789abcdef"), "Millrace: confirm your new e-mail address", """
Dear customer 10048213,

you changed your e-mail address on 12 October 2025. Please confirm the new address by clicking this link:

{L}

Until then we keep using the old one.

Millrace Energy, customer service 0800 555 0177, Mon-Fri 8-18
""", "Millrace Energy <kundenservice@millrace.example>", form="html", traps="code-in-url customer-number phone date")

link("en-broken-fold", "https://portal.granary.example/account/first-login/" + token("n", 64, "0123456789abcdef") + "/" + token("n2", 32, "0123456789abcdef"), "Set up your account", """
Your Granary Portal account (user name: EKALLIO) has been created by your administrator. Set your password here within 72 hours:

[Set up my account]({L})

User guides: [PDF](https://portal.granary.example/docs/guide.pdf)
""", "Granary Portal <noreply@granary.example>", ttl=259200, traps="decoy-link", shell="word")

link("en-outlook-safelink", "https://eur01.safelinks.invalid/?url=https%3A%2F%2Fid.oxbow.example%2Flogin%2Femail-link%3Ftoken%3D" + token("o", 30) + "&data=05%7C02%7C%7C" + token("o2", 24) + "%3D&reserved=0", "Oxbow login link", """
Use this link to log in to Oxbow:

[Log in to Oxbow]({L})

This link expires in 10 minutes.
""", "Oxbow <id@oxbow.example>", ttl=600, traps="tracking-redirect", shell="divs")

link("en-deep-link-app", "https://go.heronpay.example/e/v?oobCode=" + token("p", 54) + "&mode=signIn&apiKey=AIza" + token("p2", 20) + "&lang=en", "Sign in to Heronpay requested at 2:14 PM", """
Hello,

We received a request to sign in to Heronpay using this email address, at Tuesday, 4 November 2025 14:14 GMT. If you want to sign in with your t.okafor@inbox.example account, click this link:

[Sign in to Heronpay]({L})

If you did not request this link, you can safely ignore this email.

Thanks,

Your Heronpay team
""", "noreply@heronpay.example", traps="date", shell="bare", ident="t.okafor@inbox.example", to="t.okafor@inbox.example")

link("en-subdomain-mismatch", "https://u2218841.ct.sendmail.example/f/a/" + token("q", 26) + "~~/AAQRxQA~/" + token("q2", 60) + "~", "Action required: verify your email for Quarry", """
# Verify your email

You're almost set to start using Quarry. Just click the link below within 3 days.

[btn Verify email address]({L})

^ Quarry Software, 1 Basalt Way, Boulder, CO 80301
^ [View in browser](https://u2218841.ct.sendmail.example/f/v/zzTop9981~~) | [Terms](https://u2218841.ct.sendmail.example/f/t/qqLm1~~)
""", "Quarry <team@quarry.example>", traps="tracking-redirect decoy-link opaque-url", shell="dark", ttl=259200)

link("en-plain-and-tracked", "https://links.tapir.example/c/eJwky" + token("r", 70), "Confirm your account on Tapir", "", "Tapir <hi@tapir.example>", form="raw",
     plain="Hi,\n\nconfirm your account:\nhttps://tapir.example/users/confirmation?confirmation_token=" + token("r2", 20) + "\n\nTapir\n",
     html="""<table><tr><td><h3>Welcome marek.kral@zprava.example!</h3><p>You can confirm your account email through the link below:</p>
<p><a href="{L}">Confirm my account</a></p></td></tr></table><img src="https://links.tapir.example/o/eJx.gif" width=1 height=1>""",
     also=["https://tapir.example/users/confirmation?confirmation_token=" + token("r2", 20)], traps="tracking-redirect two-forms")

link("en-login-from-new-place", "https://grebe.example/login/verify-location/" + token("s", 40, "0123456789abcdef"), "Please verify your login from a new location", """
Dear User,

Our records indicate that you have tried to log in to your Grebe account from a new location. If this was you, please click the link below within one hour to allow this login from the new location:

{L}

IP address: 198.51.100.9
Location: Izmir, TR
Timestamp: 2025-08-17 06:31:10 UTC

If you did not initiate this login, please log in to your account at https://grebe.example/login and change your password.
""", "Grebe Exchange <noreply@grebe.example>", ttl=3600, traps="ip-address date decoy-link")

link("en-university", "https://sso.eastmoor.test/activate?ticket=ACT-118-" + token("t", 32), "Activate your student account", """
Dear applicant 20260417,

a place is waiting for you. To open your student account (matriculation number 7013384), follow

    {L}

and choose a password with at least 12 characters. The link is valid for seven days. The IT service desk (room B 204, ext. 5500) can help.
""", "Eastmoor University IT <servicedesk@eastmoor.test>", ttl=604800, traps="customer-number small-numbers")
