# Every word that a Dutch-speaking concierge reads, in Flanders and in the Netherlands.
# Short sentences, everyday words. $country is BE or NL. A number is how a suggestion is answered.

date =
    { $weekday ->
        [1] maandag
        [2] dinsdag
        [3] woensdag
        [4] donderdag
        [5] vrijdag
        [6] zaterdag
       *[7] zondag
    } { $day } { $month ->
        [1] januari
        [2] februari
        [3] maart
        [4] april
        [5] mei
        [6] juni
        [7] juli
        [8] augustus
        [9] september
        [10] oktober
        [11] november
       *[12] december
    }
list = { $before } en { $last }
nameless = een buur
wrote = { $name } schreef op { $date }:
because = Waarom dit past:
because-pair = Waarom { $helper } een goede hulp is voor { $name }:
passed-over =
    { $cause ->
        [tasks] { $name } past misschien nog beter, maar is de laatste vier weken al { $times ->
            [once] één keer
           *[other] { $times } keer
        } voorgesteld.
        [elsewhere] { $name } past misschien nog beter, maar staat al in een ander voorstel.
        [exchange] { $name } past misschien nog beter, maar staat al in een voorstel om elkaar te helpen.
        [condition] { $name } past misschien nog beter, maar wil er ook hulp voor terug.
        [familiar] { $name } past misschien nog beter, maar { $helper } heeft hier al eerder geholpen.
       *[declined] { $name } is hiervoor al eens voorgesteld. Toen was het antwoord nee.
    }

placeholder-phone = [telefoonnummer]
placeholder-email = [e-mailadres]
placeholder-link = [link]
placeholder-iban = [rekeningnummer]
placeholder-address = [adres]

suggestion-head = Voorstel { $number }: { $need }
suggestion-urgent = Dit is dringend. Kun je er vandaag naar kijken?
suggestion-helper = Misschien kan { $helper } helpen.
suggestion-alternates = Gaat het niet met { $helper }? Dan kun je ook hier eens vragen:
suggestion-referral =
    { $service ->
        [food-bank] { $country ->
            [BE] Denk voor { $name } ook aan de voedselbank of het OCMW.
           *[NL] Denk voor { $name } ook aan de voedselbank of het wijkteam.
        }
        [home-care] Denk voor { $name } ook aan de thuiszorg.
        [social-services] { $country ->
            [BE] Denk voor { $name } ook aan het OCMW of het CAW.
           *[NL] Denk voor { $name } ook aan het wijkteam.
        }
        [repair-shop] Een deel hiervan is werk voor een vakman. Laat een buur niets gevaarlijks doen.
       *[other] Misschien is er voor { $name } ook een dienst die kan helpen.
    }

check-childcare =
    { $country ->
        [BE] Het gaat om kinderen. Leer { $helper } eerst kennen en vraag een uittreksel uit het strafregister (model 2). Laat ook de ouders eerst kennismaken.
       *[NL] Het gaat om kinderen. Leer { $helper } eerst kennen en vraag een VOG (Verklaring Omtrent het Gedrag). Laat ook de ouders eerst kennismaken.
    }
check-care =
    { $country ->
        [BE] Het gaat om persoonlijke zorg, zoals wassen. Leer { $helper } eerst kennen. Spreek goed af wat wel kan en wat werk is voor een verpleegkundige.
       *[NL] Het gaat om persoonlijke zorg, zoals wassen. Leer { $helper } eerst kennen en vraag een VOG (Verklaring Omtrent het Gedrag). Spreek goed af wat wel kan en wat werk is voor een verpleegkundige.
    }
check-company = Het gaat om gezelschap, vaak bij iemand die alleen is. Leer { $helper } eerst kennen en ga de eerste keer mee.

answer-pair =
    Antwoord met:
    { $number } = ja, ik breng hen samen
    nee { $number } = nee, deze twee niet
    ? { $number } = waarom dit voorstel?
answer-several =
    Antwoord met:
    { $number } = ja, ik breng hen samen
    nee { $number } = nee, dit niet
    ? { $number } = waarom dit voorstel?
answer-explained = Jij beslist. Antwoord { $number } voor ja of nee { $number } voor nee.

exchange-head = Voorstel { $number }: { $names } kunnen elkaar helpen.
exchange-plan = Zo kan het:
exchange-step = - { $helper } helpt { $name } ({ $give })
exchange-all = Dit lukt alleen als iedereen meedoet.
exchange-member = Vraagt: { $need }. Geeft: { $give }.

group-head = Voorstel { $number }: { $count } buren vragen hetzelfde ({ $need }). Samen gaat het misschien beter.
group-others = Ook { $names } vragen dit.
group-plan = Je kunt hen vragen of ze dit samen willen doen, en wie het mee wil regelen.

referral-head = { $name } heeft meer nodig dan een buur kan geven.
referral-advice =
    { $service ->
        [food-bank] { $country ->
            [BE] Misschien is er te weinig geld voor eten. Breng { $name } in contact met de voedselbank of het OCMW. Dat kan in vertrouwen.
           *[NL] Misschien is er te weinig geld voor eten. Breng { $name } in contact met de voedselbank of het wijkteam. Dat kan in vertrouwen.
        }
        [home-care] { $country ->
            [BE] Dit is werk voor de thuiszorg. Bekijk met { $name } welke dienst kan komen. De huisarts of het ziekenfonds kan helpen kiezen.
           *[NL] Dit is werk voor de thuiszorg. Bekijk met { $name } wie kan komen. De huisarts of het wijkteam kan helpen kiezen.
        }
        [social-services] { $country ->
            [BE] Breng { $name } in contact met het OCMW of het CAW. Misschien kun je samen gaan: de eerste stap is vaak moeilijk.
           *[NL] Breng { $name } in contact met het wijkteam. Misschien kun je samen gaan: de eerste stap is vaak moeilijk.
        }
        [repair-shop] Dit werk is te gevaarlijk voor een buur. Help { $name } een erkende vakman te vinden.
       *[other] Kijk samen met { $name } welke dienst hier het beste helpt.
    }
no-answer-needed = Je hoeft hier niet op te antwoorden.

report-head = { $name } meldt dat er iets niet in orde is in de buurt.
report-advice =
    { $country ->
        [BE] Dit is werk voor de stad of de gemeente, niet voor een buur. Geef je het door aan de juiste dienst? Laat { $name } daarna weten dat het gemeld is.
       *[NL] Dit is werk voor de gemeente, niet voor een buur. Geef je het door aan de juiste afdeling? Laat { $name } daarna weten dat het gemeld is.
    }

crisis-head = Dringend: misschien is er iemand in gevaar. Lees dit bericht van { $name } nu.
crisis-advice = Neem zelf contact op met { $name }, liefst meteen, en luister. Kijk eerst in het bericht of bellen of langsgaan veilig is. Is er nu gevaar? Bel 112.
crisis-lines =
    { $country ->
        [BE]
            Hier kun je zelf raad vragen. Je kunt deze nummers ook doorgeven:
            - Zelfmoordlijn: 1813
            - Geweld of misbruik: 1712
            - Praten met iemand (Tele-Onthaal): 106
            - Kinderen en jongeren (Awel): 102
       *[NL]
            Hier kun je zelf raad vragen. Je kunt deze nummers ook doorgeven:
            - 113 Zelfmoordpreventie: 113 of 0800-0113
            - Veilig Thuis (geweld): 0800-2000
            - Kindertelefoon: 0800-0432
    }
crisis-limits = Voor dit bericht zoek ik geen buur. Ik ben een computerprogramma en kan me vergissen. Jij kunt dit beter beoordelen.

accepted = Fijn! Voorstel { $number } is voor jou: { $names }.
accepted-next =
    Zo kun je verder:
    - Vraag aan iedereen apart of het goed is. Geef pas daarna namen of nummers door.
    - Breng hen samen voor een eerste kennismaking.
    - Spreek af welke klusjes het zijn, wanneer, en wie zorgt voor materiaal en gereedschap.
declined = Goed, voorstel { $number } gaat niet door. Bedankt voor je antwoord.
declined-search = Goed, voorstel { $number } gaat niet door. Vind ik iemand anders, dan schrijf ik je.
explained-head = Over voorstel { $number }: { $helper } voor { $name }.
fit-very-well = Volgens mij past dit heel goed.
fit-well = Volgens mij past dit goed.
fit-maybe = Dit zou kunnen passen, maar ik ben minder zeker.
already-decided = Op voorstel { $number } heb je al geantwoord. Dat blijft zo staan.
unknown-number = Voorstel { $number } ken ik niet.
open-numbers = Deze voorstellen wachten nog op antwoord: { $numbers }.
nothing-open = Er wacht nu geen voorstel op antwoord. Is er iets nieuws, dan schrijf ik je.
paused = Goed, ik stuur je geen voorstellen meer. Schrijf start als je ze weer wilt krijgen.
resumed = Fijn dat je er weer bent. Je krijgt weer voorstellen.
help = Dat begreep ik niet goed. Schrijf het nummer van een voorstel voor ja, nee en het nummer voor nee, of ? en het nummer voor uitleg. Schrijf stop als je geen voorstellen wilt.
lapsed-request = Voorstel { $number } gaat niet meer door: de vraag staat niet meer open. Had je al iemand gesproken? Zeg dan even dat het niet doorgaat. Anders hoef je niets te doen.
lapsed-helper = Voorstel { $number } gaat niet meer door: het aanbod staat niet meer open. Had je al iemand gesproken? Zeg dan even dat het niet doorgaat. Anders hoef je niets te doen.
