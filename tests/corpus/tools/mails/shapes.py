"""How codes and links are drawn and written: separators, brackets, tags, odd HTML, other alternatives."""

from authoring import code, link, none, token, Part, Multi

B = "Bluebell Bikes <ride@bluebell.example>"

# --- codes in plain text ---------------------------------------------------------------------------------------------------------------

code("en-spaced-digits", "715290", "Your unlock code", "Hi!\n\nYour unlock code:\n\n    7 1 5 2 9 0\n\nValid for 10 minutes.\n", B, form="plain", traps="spaced-out", ttl=600)
code("en-spaced-letters", "KTR4W2", "Your unlock code", "Hi!\n\nYour sign-in code is\n\n   K  T  R  4  W  2\n\nEnter it without the blanks.\n", B, form="plain", traps="spaced-out alphanumeric")
code("en-eight-dash", "48127730", "Confirm your purchase", "To approve the payment of EUR 19.00, enter confirmation code 4812-7730 in the app within 4 minutes.\n", B, form="plain", traps="display-separator amount", ttl=240)
code("en-nbsp-groups", "551883", "Your code", "Your login code is 551\u00a0883.\n", B, form="plain", traps="display-separator")
code("en-thin-space", "660427", "Your code", "Your login code is 660\u202f427.\n", B, form="plain", traps="display-separator")
code("en-nb-hyphen", "274019", "Your code", "Use 274\u2011019 to finish logging in to Bluebell Bikes.\n", B, form="plain", traps="display-separator")
code("en-square-brackets", "80517", "[Bluebell] Login", "Login code: [80517]\n\nRequested from Berlin, DE at 08:14.\n", B, form="plain", traps="brackets")
code("en-hash-sign", "730922", "Sign in", "Sign in with this code: #730922\n", B, form="plain", traps="brackets")
code("en-guillemets", "M4T9", "Sign in", "Your sign-in code: «M4T9»\n", B, form="plain", traps="brackets alphanumeric")
code("en-stars", "418806", "Your verification code", "Hello,\n\n***** 418806 *****\n\nis your verification code. It will self-destruct in 120 seconds.\n", B, form="plain", traps="brackets", ttl=120)
code("en-equals", "552038", "otp", "action=login user=hkim code=552038 ttl=300s\n", "Labs gateway <gateway@labs.test>", form="plain", traps="machine-text", ttl=300)
code("en-glued-word", "618277", "Bluebell", "618277is your Bluebell login code. Don't share it.\n", B, form="plain", traps="glued")
code("en-upper-shout", "903317", "VERIFICATION CODE", "YOUR VERIFICATION CODE IS 903317. DO NOT REPLY TO THIS MESSAGE. CASE 20418.\n", B, form="plain", traps="ticket-number")
code("en-code-before-label", "275806", "Bluebell sign-in", "275806\n\n^ That's your code. It expires in 5 min.\n", B, form="plain", traps="label-below", ttl=300)
code("en-subject-number-decoy", "4492", "[#2218-40071] Your one-time password", "Your one-time password is 4492.\n\nThis message belongs to conversation #2218-40071.\n", B, form="plain", traps="ticket-number short-code")
code("en-three-groups", "301884522", "Transfer approval", "Approval code for your transfer: 301 884 522\n\nEnter all nine digits. Beneficiary account 7718 0042 19.\n", B, form="plain", traps="display-separator account-number long-code")
code("en-ten-digits", "4418270935", "Device enrolment", "Enrolment code (10 digits): 4418270935\n\nType it on the new device within 24 hours.\n", "Harrier <no-reply@harrier.example>", form="plain", traps="long-code phone-like", ttl=86400)
code("en-phone-like", "5550142", "Verification", "Your verification code is 5550142. Questions? Phone 555-0118.\n", B, form="plain", traps="phone-like phone")
code("en-amount-like", "1000", "Your PIN", "Your one-time PIN is 1000. Yes, really!\n", B, form="plain", traps="short-code")
code("en-round-year", "1984", "1984 is your login code", "1984 is your login code for The Orwell Reading Room. Founded 1949, renovated 2019.\n", "Orwell Reading Room <door@orwell.test>", form="plain", traps="year-like date")
code("en-word-digits-decoy", "337190", "Sign-in code", "Hi Noa, here is the six-digit code for your account 20331 at branch 118:\n337190\n", B, form="plain", traps="account-number")
code("en-dash-letters", "QXJ-TRP", "Your workspace confirmation code", """
# Confirm your email address

Your confirmation code is below — enter it in your open browser window.

!! QXJ-TRP

If you haven't requested this email, there's nothing to worry about.
""", "Slate Harbor <feedback@slateharbor.example>", traps="letters-only hyphen-code", shell="table")
code("en-fb-prefix", "BB-22718", "BB-22718 is your Bluebell confirmation code", "Hi Noa,\n\nYou recently registered for Bluebell. To complete your registration, please confirm your account.\n\nYou may be asked to enter this confirmation code: BB-22718\n\nBluebell Bikes, 1 Hacker Way, Menlo Park, CA 94025\n", B, form="plain", traps="prefix-code postal-code")
code("en-upper-word-decoy", "TULIPS", "Your login code", "Your login code is TULIPS\n\nIt looks like a word, but today it is your code. ENJOY the ride!\n", B, form="plain", traps="letters-only")
code("en-hex-code", "9f3a0c", "Pairing", "Pairing code: 9f3a0c\n\nConfirm the pairing on your laptop (fingerprint 51:aa:07:9e) within a minute.\n", "Labs gateway <gateway@labs.test>", form="plain", traps="lower-case alphanumeric", ttl=60)
code("en-lower-words", "hupfel", "Sign in to Larkspur", "Your temporary sign-in code is hupfel and it is valid for one hour. Please type it in lower case.\n", "Larkspur <no-reply@larkspur.example>", form="plain", traps="letters-only lower-case inline-code", ttl=3600)
code("en-repeat-in-subject-spaced", "483920", "483-920 — your Bluebell code", "Your code: 483 920\n", B, form="plain", traps="display-separator")
code("en-long-legal", "618840", "Your verification code", "Your verification code: 618840\n\n" + "\n\n".join(f"{i}. {t}" for i, t in enumerate([
    "This message (including attachments) may contain confidential information for the intended recipient only.", "Bluebell Bikes Ltd, registered in England no. 07718842, VAT GB 118 8427 19, 14 Pedal Row, Leeds LS1 4AP.",
    "Telephone +44 113 555 0142, lines open 8:00-20:00. Calls cost up to 12p per minute.", "Rides start at £1.50 and 20p per minute; a £50 fee applies for bikes left outside zone 4.", "Code of practice 2021/118 applies. Our privacy notice was last changed on 25/05/2024."], 1)) + "\n", B, form="plain", traps="amount phone postal-code other-meaning")

# --- codes in HTML ---------------------------------------------------------------------------------------------------------------------

P = "<html><body><p>Hi Noa,</p><p>this is your login code:</p>{}<p>Bluebell Bikes</p></body></html>"
code("en-code-tag", "x7Kq-22b", "Login code", P.format("<p><code>x7Kq-22b</code></p>"), B, form="raw", traps="case-sensitive hyphen-code")
code("en-linked-code", "519930", "Login code", P.format('<p><a href="https://bluebell.example/copy?c=519930">519930</a></p>'), B, form="raw", traps="code-in-url linked-code")
code("en-tel-autolink", "660912", "Login code", P.format('<p><a href="tel:660912" x-apple-data-detectors="true">660912</a></p>'), B, form="raw", traps="linked-code")
code("en-split-two-tables", "308177", "Login code", P.format("<table><tr><td><table><tr><td>3</td></tr></table></td><td><table><tr><td>0</td></tr></table></td><td><table><tr><td>8</td></tr></table></td><td>&nbsp;</td><td><table><tr><td>1</td></tr></table></td><td><table><tr><td>7</td></tr></table></td><td><table><tr><td>7</td></tr></table></td></tr></table>"), B, form="raw", traps="split-cells")
code("en-split-halves", "442806", "Login code", P.format('<table><tr><td style="font-size:30px">442</td><td>&ndash;</td><td style="font-size:30px">806</td></tr></table>'), B, form="raw", traps="split-cells display-separator")
code("en-split-inline-markup", "857110", "Login code", P.format("<p><b>8</b><b>5</b><b>7</b><i>1</i><b>1</b><span>0</span></p>"), B, form="raw", traps="split-spans")
code("en-list-digits", "240975", "Login code", P.format('<ul style="list-style:none"><li style="display:inline">2</li><li style="display:inline">4</li><li style="display:inline">0</li><li style="display:inline">9</li><li style="display:inline">7</li><li style="display:inline">5</li></ul>'), B, form="raw", traps="split-cells")
code("en-letter-cells-mixed", "R8TZ41", "Login code", P.format("<table><tr>" + "".join(f'<td align="center" width="40">{c}</td>' for c in "R8TZ41") + "</tr></table>"), B, form="raw", traps="split-cells alphanumeric")
code("en-wide-hidden-preheader", "793145", "Login code", '<div style="mso-hide:all;max-height:0;overflow:hidden">Your ride no. 118820 on 3 Nov: £4.20</div>' + P.format("<h1>793145</h1>"), B, form="raw", traps="hidden-decoy amount")
code("en-preheader-only", "480716", "Finish signing in", '<html><body><div style="display:none">480716 is your Bluebell login code</div><img src="https://cdn.bluebell.example/otp/8fa1.png" width="600" alt=""><p>Trouble seeing this mail? <a href="https://bluebell.example/help">Get help</a></p></body></html>', B, form="raw", traps="hidden-only")
code("en-uppercase-tags", "671048", "Login code", "<HTML><BODY><TABLE><TR><TD>THIS IS YOUR LOGIN CODE</TD></TR><TR><TD ALIGN=CENTER><FONT SIZE=+3>671048</FONT></TD></TR></TABLE></BODY></HTML>", B, form="raw", traps="old-html")
code("en-css-noise", "128843", "Login code", "<html><head><style>" + "".join(f".c{i}{{color:#{i * 7919 % 1000000:06d};width:{600 - i}px}}" for i in range(400)) + "</style></head><body><p>this is your login code:</p><p style='color:#202123'>128843</p></body></html>", B, form="raw", traps="css-noise")
code("en-style-in-body", "590227", "Login code", "<body><p>this is your login code:</p><style>#id482913{color:#123456}</style><p>590227</p><script type='application/ld+json'>{\"code\":\"111222\",\"url\":\"https://bluebell.example/x/998877\"}</script></body>", B, form="raw", traps="css-noise hidden-decoy")
code("en-ride-table", "815506", "Login code", P.format("<table><tr><th>Last ride</th><th>Fare</th><th>Code</th></tr><tr><td>4471 m</td><td>£3.10</td><td><b>815506</b></td></tr></table>"), B, form="raw", traps="table-cell amount")
code("en-code-in-heading", "930561", "Login", "<h1>Your code: 930561</h1><p>You, or someone like you, is logging in at 11 Mill Road. This code dies in <b>ten minutes</b>.</p>", B, form="raw", traps="words-lifetime", ttl=600)
code("en-wrapped-mid-number", "773402", "Login code", P.format("<p>7734<br>02</p>").replace("7734<br>02", "<span>773</span><span style=\"padding-left:8px\">402</span>"), B, form="raw", traps="split-spans")
code("en-amp", "264417", "Login code", "", B, traps="amp", body=Multi("alternative", Part("text/plain", "Your login code: 264417\n"),
     Part("text/x-amp-html", '<!doctype html><html amp4email><head><meta charset="utf-8"><script async src="https://cdn.ampproject.example/v0.js"></script><style amp4email-boilerplate>body{visibility:hidden}</style></head><body><p>Your login code: <b>264417</b></p></body></html>'),
     Part("text/html", P.format("<h2>264417</h2>"))))
code("en-enriched-alternative", "550931", "Login code", "", B, traps="alternative-order", body=Multi("alternative", Part("text/plain", "This message is in HTML.\n"), Part("text/html", P.format("<h2>550931</h2>"), "windows-1252")))
code("en-second-text-part", "728810", "Login code", "", B, traps="nested-mime", body=Multi("mixed", Part("text/plain", "Dear rider,\n"), Part("text/plain", "this is your login code: 728810\n"), Part("text/plain", "-- \nThe relay at mx7.bluebell.example checked this mail. Reference 558120771\n")))
code("en-inline-text-attachment", "904477", "Login code", "", B, traps="nested-mime", body=Multi("mixed", Part("text/html", P.format("<h2>904477</h2>")), Part("text/plain", "order;amount;code\n4471;19.00;118842\n4472;24.50;118843\n", params='; name="rides.csv"', headers=['Content-Disposition: attachment; filename="rides.csv"'])))
code("en-related-outside", "337748", "Login code", "", B, traps="nested-mime", body=Multi("related", Multi("alternative", Part("text/plain", "Your login code is 337748\n"), Part("text/html", P.format('<img src="cid:a1@bluebell"><h2>337748</h2>'))), Part("image/gif", data=b"GIF89a" + bytes(20), headers=["Content-ID: <a1@bluebell>"])))

# --- links in odd dress ----------------------------------------------------------------------------------------------------------------

def url(seed, path="https://account.bluebell.example/login/token/"):
    return path + token("shape" + seed, 32)

link("en-bare-url-in-html", url("13") + "?a=1&b=2", "Log in to Bluebell Bikes", "<p>Hi Noa,</p><p>open this address to log in: {L}</p><p>Bluebell Bikes</p>", B, form="raw", traps="bare-url-in-html")
link("en-footnotes", url("1"), "Log in to Bluebell Bikes", "Hi Noa,\n\nyou asked for a way to log in without a password. Log me in [1]\n\nRead our blog [2] or change your mail settings [3].\n\nLinks:\n------\n[1] {L}\n[2] https://bluebell.example/blog\n[3] https://bluebell.example/mail-settings?u=4418\n", B, form="plain", traps="footnote-links decoy-link")
link("en-markdown", url("2"), "Log in to Bluebell Bikes", "", B, ttl=900, traps="markdown decoy-link",
     body=Part("text/plain", "Hi Noa,\n\n[Log in to Bluebell Bikes](" + url("2") + ") - this works once, for 15 minutes.\n\n[Terms](https://bluebell.example/terms)\n"))
link("en-paren-plain", url("3"), "Log in to Bluebell Bikes", "Log in here ({L}), then pick your bike.\n", B, form="plain", traps="trailing-punctuation")
link("en-image-button", url("4"), "Confirm your account", '<html><body><a href="https://bluebell.example/"><img src="https://cdn.bluebell.example/logo.png" alt="Bluebell Bikes"></a><p>One more step.</p><a href="{L}"><img src="https://cdn.bluebell.example/btn-confirm.png" alt="Confirm my account" width="220"></a><p><a href="https://bluebell.example/app"><img src="https://cdn.bluebell.example/appstore.png" alt="Get the app"></a></p></body></html>', B, form="raw", traps="image-alt decoy-link")
link("en-unquoted-attr", url("5"), "Confirm your account", "<BODY>Please <A HREF={L} TARGET=_blank>confirm your account</A> today.<BR><A HREF=https://bluebell.example>bluebell.example</A></BODY>", B, form="raw", traps="old-html decoy-link")
link("en-newline-in-href", url("6"), "Confirm your account", '<p>Please <a\n   class="b"\n   href="{L}"\n   style="color:#0b5fff">confirm your e-mail address</a>.</p>', B, form="raw")
link("en-shown-url-differs", url("7", "https://r.mailer.example/tr/cl/"), "Log in to Bluebell Bikes", '<p>Click the following link to log in:</p><p><a href="{L}">https://account.bluebell.example/login/token/…</a></p><p><a href="https://r.mailer.example/tr/un/u4418">unsubscribe</a></p>', B, form="raw", traps="tracking-redirect decoy-link")
link("en-idn", "https://anmeldung.fahrr\u00e4der.example/einmal/" + token("idn", 24), "Log in to Bluebell Bikes Germany", '<p>Hello, <a href="{L}">log in with one click</a> (valid for 30 minutes).</p>', B, form="raw", ttl=1800, traps="idn")
link("en-percent-escapes", "https://account.bluebell.example/verify?email=noa%2Btest%40doar.example&expires=1762250000&signature=" + token("pe", 64, "0123456789abcdef"), "Verify Email Address", """
# Hello!

Please click the button below to verify your email address.

[btn Verify Email Address]({L})

If you did not create an account, no further action is required.

^ If you're having trouble clicking the "Verify Email Address" button, copy and paste the URL below into your web browser: [{L}]({L})
""", B, shell="table", traps="percent-encoding")
link("en-quote-in-url", "https://account.bluebell.example/m?who='noa'&t=<" + token("qu", 20) + ">", "Your sign-in link", '<p>Here is <a href="{L}">your sign-in link</a>.</p>', B, form="raw", traps="percent-encoding")
link("en-yes-no", url("8", "https://id.bluebell.example/approve/"), "Is it you signing in?", '<p>Someone is signing in to Bluebell Bikes from Dublin. If it is you, approve the sign-in to continue.</p><table><tr><td><a href="{L}">Yes, sign me in</a></td><td><a href="' + url("9", "https://id.bluebell.example/deny/") + '">No, it\'s not me</a></td></tr></table>', B, form="raw", traps="device two-token-links")
link("en-html-only-in-html", url("10"), "Log in to Bluebell Bikes", "", B, form="raw", plain="Your e-mail program does not show HTML. See https://bluebell.example/help/html\n", html='<p>Hi Noa,</p><p><a href="{L}">Log in</a> within the next 10 minutes.</p>', ttl=600, traps="useless-plain decoy-link")
link("en-many-footer-links", url("11", "https://e.mailer.example/x?q="), "Welcome! Please confirm your email", "<table><tr>" + "".join(f'<td><a href="https://bluebell.example/{p}">{p.title()}</a></td>' for p in ("bikes", "zones", "prices", "safety", "jobs")) + '</tr></table><h2>Welcome!</h2><p>Confirm your email to unlock your first ride.</p><p><a href="{L}">Confirm email</a></p><p>' +
     " | ".join(f'<a href="https://e.mailer.example/x?q={token(p, 32)}">{p}</a>' for p in ("Instagram", "Facebook", "Help", "Privacy", "Unsubscribe")) + "</p>", B, form="raw", traps="decoy-link opaque-url tracking-redirect")
link("en-subscription-confirm", url("12", "https://news.granary.example/subscribe/confirm/"), "Please confirm your subscription", """
Nearly done! Please confirm that you want to receive The Weekly Crumb at petra.dvorak@schranka.example.

[btn Yes, subscribe me]({L})

If you received this email by mistake, simply delete it. You won't be subscribed unless you click the link above.
""", "The Weekly Crumb <crumb@granary.example>", traps="double-opt-in", shell="divs", to="petra.dvorak@schranka.example")
link("de-doi-newsletter", "https://news.apfelbaum.example/doi?c=" + token("dedoi", 28) + "&l=4", "Bitte bestätige deine Newsletter-Anmeldung", """
Hallo,

fast fertig: Bitte klicke auf diesen Link, um deine Anmeldung zum Apfelbaum-Newsletter zu bestätigen.

[btn Anmeldung bestätigen]({L})

Danach bekommst du 5 € Rabatt. Du hast dich nicht angemeldet? Dann ignoriere diese E-Mail einfach.

^ Apfelbaum GmbH, Kirschallee 3, 14469 Potsdam · [Impressum](https://apfelbaum.example/impressum)
""", "Apfelbaum <post@apfelbaum.example>", traps="double-opt-in decoy-link amount postal-code", shell="mso")
link("en-long-jwt", "https://auth.larkspur.example/v1/verify?flow=email&token=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + token("jwt1", 180) + "." + token("jwt2", 43), "Log in to Larkspur", "Hello,\n\nfollow this link to log in (valid 5 minutes):\n\n{L}\n", "Larkspur <no-reply@larkspur.example>", form="plain", ttl=300, traps="long-url")
link("en-port-and-uuid", "https://selfhosted.labs.test:8443/api/v2/auth/callback/email?callbackUrl=https%3A%2F%2Fselfhosted.labs.test%3A8443%2F&token=" + token("uu", 64, "0123456789abcdef") + "&email=ops%40labs.test", "Sign in to selfhosted.labs.test:8443", "Sign in to selfhosted.labs.test:8443\n{L}\n\n", "no-reply@labs.test", form="plain", to="ops@labs.test", traps="percent-encoding")
