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

first-check =
    { $matter ->
        [childcare] Eerst nakijken: het gaat om kinderen. Leer { $helper } eerst kennen. Laat ook de ouders eerst kennismaken.
        [care] Eerst nakijken: het gaat om persoonlijke zorg, zoals wassen. Leer { $helper } eerst kennen. Spreek goed af wat wel kan en wat werk is voor een verpleegkundige.
       *[company] Eerst nakijken: het gaat om gezelschap, vaak bij iemand die alleen is. Leer { $helper } eerst kennen en ga de eerste keer mee.
    }
certificate-document =
    { $country ->
        [BE] { $matter ->
            [childcare] Vraag { $helper } ook een uittreksel uit het strafregister (model 2, voor wie met kinderen omgaat).
           *[company] Vraag { $helper } ook een uittreksel uit het strafregister.
        }
       *[NL] Vraag { $helper } ook een VOG (Verklaring Omtrent het Gedrag).
    }
certificate-tick =
    { $country ->
        [BE] Heb je dat attest gezien? Antwoord attest { $numbers }.
       *[NL] Heb je de VOG gezien? Antwoord vog { $numbers }.
    }
certificate-seen =
    { $country ->
        [BE] Het attest van { $helper } is al afgevinkt.
       *[NL] De VOG van { $helper } is al afgevinkt.
    }

certificate-head =
    { $country ->
        [BE] Nummer { $number }: eerst het attest van { $helper }
       *[NL] Nummer { $number }: eerst de VOG van { $helper }
    }
certificate-why =
    { $country ->
        [BE] In jouw gemeente mag ik { $helper } hiervoor pas voorstellen als je het attest gezien hebt.
       *[NL] In jouw gemeente mag ik { $helper } hiervoor pas voorstellen als je de VOG gezien hebt.
    }
answer-certificate =
    { $country ->
        [BE]
            Antwoord met:
            attest { $number } = ik heb het attest gezien
            nee { $number } = ik vraag het niet
       *[NL]
            Antwoord met:
            vog { $number } = ik heb de VOG gezien
            nee { $number } = ik vraag die niet
    }
certificate-waits =
    { $country ->
        [BE] Nummer { $number } gaat over het attest van { $helper }. Schrijf attest { $number } als je het gezien hebt, of nee { $number } als je het niet vraagt.
       *[NL] Nummer { $number } gaat over de VOG van { $helper }. Schrijf vog { $number } als je die gezien hebt, of nee { $number } als je die niet vraagt.
    }
certificate-declined =
    { $country ->
        [BE] Goed. Zonder attest stel ik { $helper } niet voor bij kinderen, zorg of gezelschap. Zie je het attest later toch? Schrijf dan attest { $number }.
       *[NL] Goed. Zonder VOG stel ik { $helper } niet voor bij kinderen, zorg of gezelschap. Zie je de VOG later toch? Schrijf dan vog { $number }.
    }
certificate-noted =
    { $country ->
        [BE] Genoteerd: je hebt het attest van { $helper } gezien. Ik bewaar alleen dit vinkje, nooit het document. Vergist? Schrijf attest { $numbers } weg.
       *[NL] Genoteerd: je hebt de VOG van { $helper } gezien. Ik bewaar alleen dit vinkje, nooit het document. Vergist? Schrijf vog { $numbers } weg.
    }
certificate-taken-back =
    { $country ->
        [BE] Genoteerd: het attest van { $helper } is niet afgevinkt. Afvinken kan met attest { $numbers }.
       *[NL] Genoteerd: de VOG van { $helper } is niet afgevinkt. Afvinken kan met vog { $numbers }.
    }
apart-noted = Genoteerd: { $names } breng ik niet meer samen, ook niet bij een andere vraag. Vergist? Schrijf blok { $numbers } weg.
apart-taken-back = Genoteerd: { $names } mogen weer samen in een voorstel.
which-people = Zo tel ik de mensen in nummer { $number }:
which-certificate =
    { $country ->
        [BE] Van wie heb je het attest gezien? Schrijf attest, het nummer, en het cijfer van die persoon. Voor de eerste is dat attest { $number } 1.
       *[NL] Van wie heb je de VOG gezien? Schrijf vog, het nummer, en het cijfer van die persoon. Voor de eerste is dat vog { $number } 1.
    }
which-helper = Wie mag de vrager niet meer ontmoeten? Schrijf blok, het nummer, en het cijfer van de helper. Voor de eerste is dat blok { $number } 1.
which-pair = Wie wil je uit elkaar houden? Schrijf blok, het nummer, en de cijfers van twee mensen. Voor de eerste twee is dat blok { $number } 1 2.

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
contact = Contact: { $service }, { $contact }
no-answer-needed = Je hoeft hier niet op te antwoorden.

report-head = { $name } meldt dat er iets niet in orde is in de buurt.
report-advice =
    { $country ->
        [BE] Dit is werk voor de stad of de gemeente, niet voor een buur. Geef je het door aan de juiste dienst? Laat { $name } daarna weten dat het gemeld is.
       *[NL] Dit is werk voor de gemeente, niet voor een buur. Geef je het door aan de juiste afdeling? Laat { $name } daarna weten dat het gemeld is.
    }
report-department =
    { $country ->
        [BE] Dit is werk voor de stad of de gemeente, niet voor een buur. Geef je het door aan deze dienst? Laat { $name } daarna weten dat het gemeld is.
       *[NL] Dit is werk voor de gemeente, niet voor een buur. Geef je het door aan deze afdeling? Laat { $name } daarna weten dat het gemeld is.
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
declined-apart = Wil je dat deze twee nooit meer samen in een voorstel komen? Schrijf blok { $number }.
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
help-notes =
    { $country ->
        [BE]
            Je kunt ook iets laten noteren. Voor voorstel 2 is dat zo:
            attest 2 = ik heb het attest van de helper gezien
            blok 2 = breng deze mensen nooit meer samen
            Staan er meer mensen in, dan tel ik ze zoals in het bericht: attest 2 3 is van de derde helper, blok 2 1 3 houdt in een groep de eerste en de derde uit elkaar. Schrijf er weg achter om het ongedaan te maken.
       *[NL]
            Je kunt ook iets laten noteren. Voor voorstel 2 is dat zo:
            vog 2 = ik heb de VOG van de helper gezien
            blok 2 = breng deze mensen nooit meer samen
            Staan er meer mensen in, dan tel ik ze zoals in het bericht: vog 2 3 is van de derde helper, blok 2 1 3 houdt in een groep de eerste en de derde uit elkaar. Schrijf er weg achter om het ongedaan te maken.
    }
lapsed-request = Voorstel { $number } gaat niet meer door: de vraag staat niet meer open. Had je al iemand gesproken? Zeg dan even dat het niet doorgaat. Anders hoef je niets te doen.
lapsed-helper = Voorstel { $number } gaat niet meer door: het aanbod staat niet meer open. Had je al iemand gesproken? Zeg dan even dat het niet doorgaat. Anders hoef je niets te doen.
lapsed-apart = Voorstel { $number } gaat niet meer door: er is genoteerd dat mensen uit dit voorstel elkaar niet meer ontmoeten. Had je al iemand gesproken? Zeg dan even dat het niet doorgaat. Anders hoef je niets te doen.
lapsed-certificate =
    { $country ->
        [BE] Voorstel { $number } gaat niet meer door: het attest van de helper is niet afgevinkt. Had je al iemand gesproken? Zeg dan even dat het niet doorgaat. Anders hoef je niets te doen.
       *[NL] Voorstel { $number } gaat niet meer door: de VOG van de helper is niet afgevinkt. Had je al iemand gesproken? Zeg dan even dat het niet doorgaat. Anders hoef je niets te doen.
    }
