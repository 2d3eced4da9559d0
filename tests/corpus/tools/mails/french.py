from authoring import code, link, none, token

code("fr-banque-virement", "817204", "Validation de votre virement", """
# Validez votre opération

Bonjour Madame Caron,

Vous souhaitez ajouter le bénéficiaire **SARL LES TILLEULS** (FR76 3000 6000 0112 3456 7890 189).

Votre code de validation à usage unique :

!! 817204

Il est valable 10 minutes. Ne le communiquez à personne, même à votre conseiller.

^ Crédit du Littoral – S.A. au capital de 412 000 000 € – 12 quai des Brumes, 29200 Brest – RCS 552 081 317
""", "Crédit du Littoral <securite@credit-littoral.example>", ttl=600, traps="iban amount postal-code", shell="table")

code("fr-inscription", "482071", "Bienvenue ! Confirmez votre inscription", """
Salut Inès 👋

Plus qu'une étape : tape 48 20 71 dans l'appli pour confirmer ton inscription.

À tout de suite,
L'équipe Marmotte
""", "Marmotte <coucou@marmotte.example>", traps="display-separator no-keyword")

code("fr-impots", "0397715", "Accès à votre espace particulier", """
Bonjour,

Pour accéder à votre espace, saisissez le code de sécurité ci-dessous dans les 30 minutes :

0397715

Numéro fiscal : 30 11 418 227 016
Cet e-mail est envoyé automatiquement, merci de ne pas y répondre.
""", "Espace Particulier <ne-pas-repondre@finances-locales.test>", form="plain", ttl=1800, traps="customer-number leading-zero", cs="latin-1")

code("fr-colis-retrait", "T6K4", "Votre colis vous attend au relais", """
Bonne nouvelle, votre colis n° 8J0042117793 est arrivé au relais TABAC DU PORT, 3 rue de la Criée, 56100 Lorient.

Pour le retirer, présentez ce mot de passe à usage unique au commerçant :

!! T6K4

Vous avez jusqu'au 15/11/2025.
""", "Colis Mouette <retrait@colismouette.example>", traps="tracking-number postal-code short-code alphanumeric", shell="divs")

code("fr-ca-telecom", "609118", "Votre NIP temporaire", """
Bonjour Rémi,

Voici votre NIP temporaire : 609-118. Il servira une seule fois, pour ouvrir une session dans votre dossier en ligne (compte 514 555-0142).

Vous n'avez rien demandé? Composez le 1 800 555-0120.

Fibre Boréale, 1200 boul. Saint-Laurent, Montréal (Québec) H2X 2S5
""", "Fibre Boréale <service@fibreboreale.example>", form="html", traps="display-separator phone account-number postal-code")

code("fr-jeu", "XKPWRM", "Connexion depuis un nouvel appareil", """
Bonjour aventurier,

Quelqu'un tente de se connecter à votre compte Ombrelune depuis Namur (Belgique). Si c'est bien vous, recopiez ce code dans le lanceur :

!! XKPWRM

Sinon, changez vite de mot de passe !
""", "Ombrelune <support@ombrelune.example>", traps="letters-only", shell="dark", box="h1")

link("fr-lien-magique", "https://app.tournesol.example/connexion/lien/" + token("fra", 48) + "?utm_source=tx", "Votre lien de connexion", """
Bonjour,

Cliquez sur le bouton ci-dessous pour vous connecter à Tournesol, sans mot de passe.

[btn Me connecter]({L})

Ce lien est à usage unique et expire au bout d'une heure.

^ [Nous contacter](https://tournesol.example/contact) – [Se désinscrire](https://app.tournesol.example/desinscription/448127)
""", "Tournesol <bonjour@tournesol.example>", ttl=3600, traps="decoy-link", shell="react")

link("fr-confirmer-courriel", "https://suivi.envoi.example/r/3/" + token("frb", 30) + "/" + token("frb2", 64), "Confirmez votre adresse électronique", """
Madame, Monsieur,

Vous venez de créer un compte sur le site de la Médiathèque des Remparts. Afin d'activer ce compte, veuillez confirmer votre adresse électronique en suivant ce lien :

[Confirmer mon adresse]({L})

Votre numéro de lecteur est le 2208841.

^ Médiathèque des Remparts, place du Marché, 35400 Saint-Malo – tél. 02 99 55 01 88 – [Horaires](https://suivi.envoi.example/r/3/horaires)
""", "Médiathèque des Remparts <inscription@mediatheque-remparts.test>", traps="tracking-redirect customer-number phone postal-code", shell="old", cs="windows-1252")

link("fr-mdp-oublie", "https://compte.billetsmalins.example/mot-de-passe/nouveau?cle=" + token("frc", 32, "0123456789abcdef"), "Mot de passe oublié ?", """
Bonjour,

Vous avez demandé à réinitialiser votre mot de passe. Rendez-vous ici dans les 2 heures :
{L}

Si cette demande ne vient pas de vous, supprimez ce message.

Billets Malins, 08 99 55 01 01 (0,80 €/min)
""", "Billets Malins <contact@billetsmalins.example>", form="plain", ttl=7200, traps="password-reset phone amount")

none("fr-code-promo", "Votre code promo -15% expire ce soir !", """
# Derniers instants

Saisissez le code **NOEL15** dans votre panier avant minuit.

!! NOEL15

[btn J'en profite](https://www.lamaisonbleue.example/?cp=NOEL15)
""", "La Maison Bleue <news@lamaisonbleue.example>", traps="promo-code")

none("fr-commande", "Confirmation de commande n° 300418227", """
Bonjour Inès,

Nous avons bien reçu votre commande n° 300418227 du 4 novembre 2025 d'un montant de 59,90 €. Livraison prévue entre le 6 et le 8 novembre au 29200 Brest.
""", "La Maison Bleue <commandes@lamaisonbleue.example>", traps="order-number amount postal-code date", cs="windows-1252")

none("fr-code-postal", "Vérifiez votre code postal", """
Bonjour,

Votre dernière lettre nous est revenue. Le code postal enregistré (29200) est-il toujours exact ? Vous pouvez le modifier dans la rubrique « Mes coordonnées » de votre espace client.
""", "Mutuelle Bleue <gestion@mutuellebleue.example>", traps="postal-code")

none("fr-alerte-connexion", "Nouvelle connexion détectée", """
Une connexion à votre compte a eu lieu le 05/11/2025 à 08 h 12 depuis Lille (Edge, Windows).

Si vous êtes à l'origine de cette connexion, ignorez ce message. Sinon, [sécurisez votre compte](https://compte.billetsmalins.example/securite).
""", "Billets Malins <contact@billetsmalins.example>", traps="security-alert date", shell="divs")

none("fr-sms-envoye", "Un code vous a été envoyé par SMS", """
Bonjour,

Suite à votre demande, un code de vérification à 6 chiffres vient de vous être envoyé par SMS au 06 ** ** ** 81. Saisissez-le dans l'application pour continuer.
""", "Marmotte <coucou@marmotte.example>", traps="sent-elsewhere phone")

none("fr-train", "Votre billet Brest – Paris, dossier RQX7LK", """
Votre voyage est confirmé.

| Dossier | RQX7LK
| Départ | sam. 22 nov. 2025 à 07 h 04
| Train | n° 8610, voiture 14, place 57
| Total | 64,00 €

[Voir mon billet](https://www.trenoovest.example/fr/billet?dossier=RQX7LK&nom=CARON)
""", "Trains de l'Ouest <billets@trenoovest.example>", traps="booking-reference amount date token-link", shell="mso")

none("fr-2fa-guide", "Activez la double authentification", """
Protégez votre compte en 2 minutes :

- Ouvrez les réglages puis « Sécurité »
- Choisissez « Application d'authentification »
- Recopiez le code à 6 chiffres affiché

Un code change toutes les 30 secondes ; ne le donnez jamais à personne.
""", "Tournesol <bonjour@tournesol.example>", traps="mention-of-codes", shell="table")
