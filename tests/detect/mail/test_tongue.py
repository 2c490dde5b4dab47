"""Mail in the languages of western Europe: told apart, read for acts, and measured."""

from __future__ import annotations

import pytest

from mingjian.detect.learned import encoder
from mingjian.detect.mail.acts import _wordings, acts, found_acts, made_alike
from mingjian.detect.mail.phishing import Phishing
from mingjian.detect.mail.tongue import EUROPE, tongue_of, unaccented
from mingjian.domain.evidence import EvidenceKind
from mingjian.testing import evidence_from

LURES = {
    "de": "Konto gesperrt\nSehr geehrter Kunde, bitte bestätigen Sie Ihre Daten innerhalb von 24 "
    "Stunden über den folgenden Link, sonst wird Ihr Zugang gelöscht: https://b-login.example/x",
    "fr": "Compte suspendu\nCher client, veuillez confirmer vos informations sous 24 heures en "
    "cliquant ici avec votre mot de passe : https://b-login.example/x",
    "es": "Cuenta bloqueada\nEstimado cliente, verifique sus datos en las próximas 24 horas e "
    "introduzca su clave aquí: https://b-login.example/x",
    "pt": "Conta bloqueada\nPrezado cliente, atualize seus dados hoje mesmo e digite sua senha "
    "para não perder o acesso: clique aqui https://b-login.example/x",
    "it": "Conto sospeso\nGentile cliente, verifichi i suoi dati entro 24 ore e inserisca la "
    "password qui per non perdere il conto: https://b-login.example/x",
    "nl": "Rekening geblokkeerd\nGeachte klant, bevestig uw gegevens binnen 24 uur en vul uw "
    "wachtwoord in via de link, anders bent u alles kwijt: https://b-login.example/x",
}
LETTERS = {
    "de": "Chorprobe\nLiebe alle, am Montag ist die Aula belegt, wir singen also erst am Freitag. "
    "Bringt bitte die Noten mit. Bis bald, Anne",
    "fr": "Réunion\nBonjour Julie, voici le compte rendu de la réunion. Dis-moi si j'ai oublié "
    "quelque chose. Bon week-end, Marc",
    "es": "Reunión\nHola Julia, te paso el acta de la reunión del lunes. Si falta algo, dímelo. "
    "Nos vemos, Marcos",
    "pt": "Reunião\nOi Júlia, segue a ata da reunião de segunda. Se faltou alguma coisa, me avise. "
    "Abraço, Marcos",
    "it": "Riunione\nCiao Giulia, ecco il verbale della riunione di lunedì. Fammi sapere se manca "
    "qualcosa. A presto, Marco",
    "nl": "Vergadering\nHoi Julia, hierbij de notulen van maandag. Laat het me weten als er iets "
    "ontbreekt. Groetjes, Mark",
}


def finding(text: str):
    (found,) = Phishing({}).examine(evidence_from(text.encode(), declared=EvidenceKind.MAIL)[0])
    return found


@pytest.mark.parametrize("tongue", EUROPE)
def test_lures_measure_higher_than_letters_in_every_language(tongue, monkeypatch):
    def never(self, texts):
        raise AssertionError("the encoder knows Chinese and English alone")

    monkeypatch.setattr(encoder.Encoder, "vectors", never)
    lure, letter = finding(LURES[tongue]), finding(LETTERS[tongue])
    assert lure.context["language"] == letter.context["language"] == tongue
    assert lure.score > letter.score + 2
    assert {"verify", "credentials"} & set(lure.details["acts"])
    shown = " ".join(LURES[tongue][span.start : span.end] for span in lure.where)
    assert "24" in shown or "hoje" in shown


def test_other_languages_keep_their_names():
    assert tongue_of("please send me the notes of the meeting") == "en"
    assert tongue_of("请把会议纪要发给我，谢谢") == "zh"
    assert tongue_of("proszę potwierdzić swój adres, dziękujemy za zakupy w naszym sklepie") == (
        "other"
    )
    assert tongue_of("сообщите нам, пожалуйста, ваш адрес") == "other"


def test_lost_accents_do_not_hide_an_act():
    for text in ("Herzlichen Gl ckwunsch, Sie haben gewonnen", "Herzlichen Gl\ufffdckwunsch"):
        assert "reward" in found_acts(made_alike(text), "de")
    assert "verify" in found_acts(made_alike("atualiza&ccedil;&atilde;o da conta"), "pt")
    assert unaccented("straße, çà et là, łódź") == "strase, ca et la, lodz"


@pytest.mark.parametrize(
    ("tongue", "act", "calm", "asks"),
    [
        ("it", "errand", "La comunicazione è disponibile in ufficio.", "Sei in ufficio? Un favore"),
        ("it", "errand", "Il cedolino è disponibile", "È disponibile adesso?"),
        ("it", "secrecy", "nella sua area riservata", "una faccenda riservata, resti tra noi"),
        ("de", "secrecy", "Geben Sie den Code niemandem weiter", "Sagen Sie niemandem davon"),
        ("de", "fortune", "Ihre Spende von 50 Euro", "eine Spende von 2 Millionen Euro"),
        ("fr", "fortune", "votre don de 50 euros", "un don de 850 000 euros"),
        ("fr", "payment", "Il n'y a rien à payer", "il faut payer les frais de douane"),
        ("es", "payment", "se ha depositado una notificación", "deposite 50 euros"),
        ("pt", "payment", "o pedido saiu do depósito", "faça um depósito de 50 reais"),
        ("pt", "threat", "Cancelamento grátis até dois dias antes", "cancelamento da sua conta"),
        ("pt", "sign_in", "Novo acesso à sua conta", "acesse a sua conta aqui"),
        ("fr", "threat", "vous pouvez résilier", "votre abonnement est résilié"),
        ("nl", "reward", "de prijzen van deze week", "u hebt een prijs gewonnen"),
        ("es", "generic_greeting", "Estimado señor Lang:", "Estimado señor o señora:"),
        ("it", "generic_greeting", "Gentile signora Adler,", "Gentile signore,"),
    ],
)
def test_what_only_sounds_like_an_act_is_not_one(tongue, act, calm, asks):
    assert act not in found_acts(made_alike(calm), tongue)
    assert act in found_acts(made_alike(asks), tongue)


@pytest.mark.parametrize(
    ("tongue", "check", "sold", "wanted"),
    [
        (
            "de",
            "Bitte bestätigen Sie Ihre E-Mail-Adresse",
            "Unsere Geschenkkarten gibt es ab 10 Euro",
            "Kaufe fünf Geschenkkarten und schick mir die Codes",
        ),
        (
            "fr",
            "Confirmez votre adresse e-mail",
            "Nos cartes cadeaux sont en magasin",
            "Achetez cinq cartes cadeaux de 100 euros",
        ),
        (
            "es",
            "Confirma tu dirección de correo",
            "Ya hay tarjetas regalo en la tienda",
            "Compra cinco tarjetas regalo para los clientes",
        ),
        (
            "pt",
            "Confirme seu e-mail",
            "Temos vale-presente na loja",
            "Compre cinco cartões-presente e mande os códigos",
        ),
        (
            "it",
            "Conferma il tuo indirizzo e-mail",
            "In negozio trovi anche le carte regalo",
            "Mi servono dei buoni regalo per i clienti",
        ),
        (
            "nl",
            "Bevestig je e-mailadres",
            "De cadeaubon ligt in onze winkel",
            "Koop vijf cadeaukaarten en stuur me de codes",
        ),
    ],
)
def test_an_address_to_confirm_and_gift_cards(tongue, check, sold, wanted):
    checked = found_acts(made_alike(check), tongue)
    assert "address_check" in checked
    assert "verify" not in checked
    assert "gift_cards" not in found_acts(made_alike(sold), tongue)
    assert "gift_cards" in found_acts(made_alike(wanted), tongue)


def test_every_act_has_wordings_in_every_language():
    for tongue in EUROPE:
        wordings = _wordings(tongue)
        own = {act.id for act in acts()} - {"address_as_name", "named_greeting"}
        own -= {"first_contact", "warns_of_fraud", "own_way"}  # Chinese and English alone
        assert own == {act for act, patterns in wordings.items() if patterns}
    assert not any(_wordings("en").values())
