from authoring import code, link, none, token

# Spanish
code("es-banco-compra", "394081", "Código para autorizar tu compra", """
Hola, Lucía:

Estás pagando **89,95 €** en ZAPATERÍA EL PASO con tu tarjeta terminada en 4417.

Código de autorización

!! 394081

Caduca en 5 minutos. No se lo facilites a nadie: el banco nunca te lo pedirá por teléfono.

^ Banco Levante, S.A. Calle Colón 18, 46004 Valencia. Atención 24 h: 963 555 018
""", "Banco Levante <avisos@bancolevante.example>", ttl=300, traps="amount card-digits postal-code phone", shell="table")
code("es-mx-registro", "7725", "7725 es tu clave de Taquería Express", """
¡Qué onda! Tu clave para entrar es 7725. Vence en 3 min. No la compartas ni con el repartidor.
""", "Taquería Express <hola@taqueriaexpress.example>", form="plain", ttl=180, traps="short-code")
code("es-ar-gobierno", "D4F8-2K", "Verificación de identidad - Trámites Digitales", """
Estimado/a:

Para completar el trámite EX-2025-1184420 ingresá el siguiente código de verificación:

D4F8-2K

Tené en cuenta que distingue el guion. Vence el 04/11/2025 a las 18:30 hs.

Dirección de Trámites Digitales, Av. de Mayo 757, C1084 CABA
""", "Trámites Digitales <notificaciones@tramites.test>", cs="latin-1", traps="hyphen-code order-number date postal-code")
code("es-co-cambio-correo", "660482", "¿Quieres usar este correo?", """
# ¿Quieres usar este correo?

Nos pediste cambiar el correo de tu cuenta Colibrí por este. Escribe estos números en la pantalla de confirmación:

!! 660 482

¿No fuiste tú? Escríbenos al WhatsApp +57 300 555 0148.
""", "Colibrí <soporte@colibri.example>", traps="display-separator phone no-keyword", shell="dark", box="spans", plain="Abre este mensaje en un lector de correo con HTML.\n")
code("es-juego", "HJ2K9", "Código de acceso de Ciudad Sumergida", """
<p>Hola, <b>capitana_lf</b></p><p>Has iniciado sesión en un ordenador nuevo. Copia este código de acceso en la ventana del juego:</p><table><tr><td>H</td><td>J</td><td>2</td><td>K</td><td>9</td></tr></table><p>Soporte: ticket #338120</p>
""", "Ciudad Sumergida <no-responder@ciudadsumergida.example>", form="html", shell="bare", traps="split-cells alphanumeric ticket-number")
link("es-enlace-acceso", "https://cuenta.lacesta.example/acceso?llave=" + token("esa", 40) + "&r=%2Fcarrito", "Tu enlace para entrar en La Cesta", """
Hola otra vez, Lucía:

[btn Entrar en mi cuenta]({L})

Este enlace es personal y deja de funcionar dentro de 30 minutos o cuando lo uses.

^ [Centro de ayuda](https://lacesta.example/ayuda) · [Date de baja](https://lacesta.example/baja/88213) · La Cesta, Gran Vía 44, 28013 Madrid
""", "La Cesta <hola@lacesta.example>", ttl=1800, traps="decoy-link postal-code", shell="mso")
link("es-verifica-correo", "https://mail.colibri.example/e/c/eyJlbWFpbF9pZCI6I" + token("esb", 50), "Verifica tu correo electrónico", """
¡Bienvenido a Colibrí!

Solo falta verificar tu dirección de correo: {L}

Si no te registraste, no hagas nada.
""", "Colibrí <soporte@colibri.example>", form="html", traps="tracking-redirect")
none("es-promo", "Tu cupón de 5 € te espera", """
Usa el código **BIENVENIDA5** en tu próxima compra superior a 40 €. Válido hasta el 31/12/2025.

[btn Comprar ahora](https://lacesta.example/ofertas?cupon=BIENVENIDA5)
""", "La Cesta <ofertas@lacesta.example>", traps="promo-code amount date")
none("es-factura-luz", "Ya tienes disponible tu factura de octubre", """
Contrato: 300118842
Factura: FE25-0044821
Importe: 71,30 €
Vencimiento: 20/11/2025
Código CUPS: ES0021000004411827XT

Consulta tu factura en el área de clientes: https://www.luzverde.example/areaclientes
""", "Luz Verde <clientes@luzverde.example>", form="plain", traps="invoice amount customer-number plain-login-link", cs="windows-1252")
none("es-seguridad", "Nunca compartas tus códigos", """
Recuerda: Banco Levante jamás te pedirá por teléfono, SMS o correo el código que recibes para firmar operaciones. Si alguien lo hace, cuelga y llama al 963 555 018.
""", "Banco Levante <avisos@bancolevante.example>", traps="mention-of-codes phone")
none("es-cita-medica", "Recordatorio de su cita", """
Le recordamos su cita el jueves 13 de noviembre a las 10:20 en la consulta 14, planta 2. Número de historia clínica 4471182. Para anularla llame al 961 555 902 o responda NO a este correo.
""", "Centro de Salud Poniente <citas@salud-poniente.test>", traps="customer-number phone date", cs="windows-1252")

# Portuguese
code("pt_BR-pix", "205977", "Confirme seu Pix de R$ 350,00", """
Oi, Rafael.

Para confirmar o Pix de R$ 350,00 para Maria D. S. (CPF ***.482.913-**), digite o código abaixo no app:

!! 205977

Ele expira em 2 minutos. Não compartilhe com ninguém!

^ Banco Jangada S.A. – CNPJ 44.118.227/0001-60 – Av. Beira Mar, 2000, Fortaleza/CE, 60165-121
""", "Banco Jangada <nao-responda@bancojangada.example>", ttl=120, traps="amount customer-number postal-code", shell="react")
code("pt_BR-login-plain", "881340", "Código de acesso", """
Olá!

Seu código de acesso ao portal do aluno é: 881340

Matrícula: 2023117742
Este código vale por 1 hora.

Secretaria Digital - Universidade do Cerrado
""", "Secretaria Digital <secretaria@cerrado.test>", ttl=3600, traps="customer-number", cs="latin-1")
code("pt_PT-telemovel", "4409", "O seu PIN temporário", """
Caro cliente,

O PIN temporário para aceder à Área Cliente é 4409.

Por motivos de segurança será desativado dentro de quinze minutos. Conta n.º 1.448227190.

Com os melhores cumprimentos,
Maré Telecom
""", "Maré Telecom <apoio@maretelecom.example>", form="plain", ttl=900, traps="short-code account-number words-lifetime")
code("pt_PT-financas", "JB7H2K", "Confirmação de contacto", """
Exmo(a). Senhor(a),

No seguimento do pedido de confirmação do seu endereço de correio eletrónico, indique no Portal o seguinte código de confirmação: **JB7H2K**

Contribuinte: 2*****441. Pedido efetuado em 2025-11-04 09:12.
""", "Portal do Cidadão <portal@cidadao.test>", traps="alphanumeric date inline-code", shell="old", cs="windows-1252")
link("pt_BR-link-magico", "https://entrar.arcadetucano.example/m/" + token("pta", 56), "Seu link mágico ✨", """
Clique para entrar:

[Entrar na Arcade Tucano]({L})

Válido por 15 minutos. Se você não pediu este e-mail, pode ignorá-lo com tranquilidade.
""", "Arcade Tucano <nao-responda@arcadetucano.example>", ttl=900, form="html", shell="frag")
link("pt_PT-confirmar", "https://www.livrariacais.example/conta/confirmar?id=5518&chave=" + token("ptb", 24), "Confirme o seu registo na Livraria do Cais", """
Estimada leitora,

obrigado por se registar. Para concluir o registo, confirme o seu endereço através da seguinte ligação:

{L}

Livraria do Cais, Rua das Naus 12, 1200-109 Lisboa
""", "Livraria do Cais <loja@livrariacais.example>", traps="postal-code", cs="latin-1")
none("pt_BR-boleto", "Seu boleto vence amanhã", """
Valor: R$ 129,90
Vencimento: 06/11/2025
Linha digitável: 23793.38128 60000.000003 00000.000400 1 84340000012990

Já pagou? Desconsidere este aviso. Protocolo 20251105-88123.
""", "Fibra Sertão <cobranca@fibrasertao.example>", traps="invoice amount date")
none("pt_BR-rastreio", "Seu pedido saiu para entrega 🚚", """
# Pedido 7741029 a caminho

Código de rastreamento: **BR448127719TT**

Previsão: hoje até 18h. CEP 01310-100.

[btn Rastrear pedido](https://rastreio.lojaipe.example/BR448127719TT)
""", "Loja Ipê <pedidos@lojaipe.example>", traps="tracking-number order-number postal-code", shell="table")
none("pt_PT-aviso-sms", "Enviámos um código para o seu telemóvel", """
Pediu para alterar a sua palavra-passe. O código de confirmação foi enviado por SMS para o número 91*****27 e é válido durante 5 minutos.
""", "Maré Telecom <apoio@maretelecom.example>", form="plain", traps="sent-elsewhere phone")

# Italian
code("it-banca", "618305", "Codice OTP per bonifico", """
Gentile Cliente,

per autorizzare il bonifico di **€ 2.350,00** a favore di *Studio Bianchi* inserisca il codice OTP:

!! 618305

Il codice è valido per 3 minuti. IBAN ordinante IT60 X054 2811 1010 0000 0123 456.
""", "Banca del Golfo <sicurezza@bancadelgolfo.example>", ttl=180, traps="iban amount", shell="old", box="td")
code("it-spid", "58012", "Il tuo codice temporaneo", """
Ciao Paolo,
ecco il codice temporaneo richiesto alle 09:41:

58012

Inseriscilo entro cinque minuti per completare l'accesso ai servizi del Comune.
""", "IdentitàFacile <noreply@identitafacile.test>", form="html", ttl=300, traps="words-lifetime")
code("it-palestra", "Lx93Vd", "Attiva il tuo abbonamento", """
# Ci siamo quasi!

Copia questo codice di attivazione nell'app (attenzione a maiuscole e minuscole):

!! Lx93Vd

Tessera n. 004418
""", "Palestra Volta <info@palestravolta.example>", traps="case-sensitive alphanumeric customer-number", shell="divs", box="spans")
link("it-accedi", "https://t.postini.example/CL0/https:%2F%2Farea.trenoovest.example%2Faccesso%2F" + token("ita", 30) + "/1/0100019" + token("ita2", 30, "0123456789abcdef") + "-000000/" + token("ita3", 43) + "=432", "Il tuo link per accedere", """
Ciao,

clicca qui sotto per accedere alla tua area riservata:

[btn Accedi]({L})

Il link scade fra 10 minuti.

^ [Assistenza](https://t.postini.example/CL0/assistenza) | [Disiscriviti](https://t.postini.example/CL0/disiscriviti)
""", "Treno Ovest <biglietti@trenoovest.example>", ttl=600, traps="tracking-redirect decoy-link", shell="mso")
link("it-conferma-iscrizione", "https://www.teatrodelleonde.example/utenti/conferma/" + token("itb", 20) + "/", "Conferma la tua registrazione", """
Gentile Signora Riva,

per confermare la registrazione al sito del Teatro delle Onde apra questo collegamento: {L}

Biglietteria: tel. 010 555 0188, lun-ven 10-18
""", "Teatro delle Onde <biglietteria@teatrodelleonde.example>", form="html", traps="phone")
none("it-ordine", "Abbiamo ricevuto il tuo ordine 100448271", """
Grazie per il tuo acquisto!

Ordine 100448271 del 04/11/2025
Totale € 47,80 (IVA inclusa)
CAP di consegna 16121

Ti avviseremo quando il pacco sarà affidato al corriere.
""", "Bottega Ligure <ordini@bottegaligure.example>", form="plain", traps="order-number amount postal-code date", cs="windows-1252")
none("it-codice-sconto", "Per te uno sconto del 10%", """
Inserisci il codice **GRAZIE10** alla cassa entro domenica.

[Vai allo shop](https://www.bottegaligure.example/shop)
""", "Bottega Ligure <novita@bottegaligure.example>", traps="promo-code")
none("it-codice-fiscale", "Documenti mancanti per la pratica 2025/4418", """
Per proseguire con la pratica 2025/4418 ci servono la copia della carta d'identità e il codice fiscale (RVIPLA81C14D969K risulta illeggibile). Li può inviare a pratiche@comune-portovento.test o consegnare allo sportello 7.
""", "Comune di Portovento <pratiche@comune-portovento.test>", traps="tax-number order-number")

# Catalan, Galician, Basque
code("ca-biblioteca", "71940", "Codi per entrar al teu compte", """
Hola Laia,

el teu codi d'accés és 71940. Caduca d'aquí a 10 minuts.

Si no l'has demanat tu, no cal que facis res.

Xarxa de Biblioteques
""", "Xarxa de Biblioteques <comptes@biblioxarxa.test>", form="plain", ttl=600)
code("ca-caixa", "402883", "Confirma l'operació", """
Introdueix aquest codi de seguretat per confirmar la transferència de 120,00 €:

!! 402883

Mai no te'l demanarem per telèfon. Caixa del Montseny, Pl. Major 1, 08500 Vic.
""", "Caixa del Montseny <avisos@caixamontseny.example>", traps="amount postal-code", shell="table")
link("ca-verifica", "https://app.castellers.example/verifica?testimoni=" + token("caa", 32), "Verifica la teva adreça", """
Benvinguda a la colla!

[btn Verifica l'adreça electrònica]({L})

L'enllaç funciona durant 24 hores.
""", "La Colla <hola@castellers.example>", ttl=86400, shell="react")
none("ca-butlleti", "Butlletí 118: tardor a la ciutat", """
Aquest mes: 32 activitats, 4 exposicions i el concert del dia 21. Entrades des de 12 €. Codi promocional per a socis: SOCI2025.
""", "Agenda Cultural <butlleti@agendacultural.test>", form="plain", traps="newsletter promo-code amount")
code("gl-sanidade", "3381", "Chave de acceso de uso único", """
Bo día,

a súa chave de uso único para consultar a historia clínica é:

!! 3381

Ten unha validez de 15 minutos.

Servizo de Saúde do Val
""", "Servizo de Saúde do Val <citas@saudeval.test>", ttl=900, traps="short-code", shell="bare")
none("gl-pedido", "O teu pedido 448120 xa vai de camiño", """
Ola, Uxía: o pedido 448120 saíu hoxe do noso almacén. Número de seguimento GL00448127. Chegará antes do venres ao 15001.
""", "Tenda da Ría <pedidos@tendadaria.example>", form="plain", traps="order-number tracking-number postal-code")
code("eu-kutxa", "915627", "Zure egiaztapen-kodea", """
Kaixo, Ane:

Hau da zure egiaztapen-kodea: **915627**

Kodeak 10 minutuz balio du. Ez eman inori.
""", "Itsas Kutxa <segurtasuna@itsaskutxa.example>", ttl=600, traps="inline-code", shell="divs")
link("eu-saioa", "https://nirekontua.irratia.example/saioa-hasi/" + token("eua", 36), "Saioa hasteko esteka", """
Egun on!

Sakatu esteka hau saioa hasteko:
{L}

Ordubete barru iraungiko da.
""", "Kresala Irratia <kaixo@irratia.example>", form="plain", ttl=3600)
