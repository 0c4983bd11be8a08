# What clerks and councils of a municipality read about its rules. Plain words.

alternatives = { $before } of { $last }
list = { $before } en { $last }
date =
    { $day } { $month ->
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
    } { $year }
language-nl = Nederlands
language-fr = Frans
language-en = Engels
percent = { $value } %

# Two sets of rules, held side by side.
diff-title = Wat verandert er met de nieuwe regels?
diff-lead =
    { $posts ->
        [one] 1 bericht
       *[other] { $posts } berichten
    } uit { $places ->
        [one] 1 wijk
       *[other] { $places } wijken
    }, van { $from } tot en met { $to }, twee keer doorlopen: met de regels van nu en met de nieuwe regels.
diff-lead-shadow =
    { $posts ->
        [one] 1 bericht
       *[other] { $posts } berichten
    } uit { $places ->
        [one] 1 wijk
       *[other] { $places } wijken
    }: wat de regels van nu gemeld hebben van { $from } tot en met { $to }, en wat de nieuwe regels in dezelfde dagen gemeld zouden hebben. Die liepen mee met de regels van nu, en niemand kreeg er iets van te zien.
diff-old = regels van nu
diff-new = nieuwe regels
diff-rules-default = { $module } { $version }, met de standaardinstellingen
diff-rules-own = { $module } { $version }, met eigen instellingen ({ $file })
diff-answer-none = Er verandert niets: alle voorstellen en meldingen blijven dezelfde.
diff-answer =
    Met de regels van nu is er een voorstel voor { $helped } van de { $asks } hulpvragen ({ $share }). Met de nieuwe regels voor { $newhelped } van de { $newasks } ({ $newshare }).
outcome-title = Wat verandert er voor wie hulp vraagt?
outcome-same = zelfde eerste voorstel
outcome-other = iemand anders als eerste
outcome-gained = krijgt nu wel een voorstel
outcome-lost = krijgt geen voorstel meer
outcome-without = met geen van beide een voorstel
outcome-note = Hulpvragen die minstens een van beide regels als hulpvraag leest: samen { $all }.
told-title = Voorstellen en meldingen aan de conciërge
told-note = Een vraag kan meer dan een voorstel hebben: een eerste, en hoogstens twee anderen. Ruil, groepen, noodsituaties, doorverwijzingen en meldingen van het openbaar domein tellen ook mee.
what-appears = komt erbij
what-vanishes = verdwijnt
what-moves = wisselt van plaats
what-same = blijft gelijk
cause-title = Waarom iets erbij komt of verdwijnt
cause-reading = een bericht wordt anders begrepen
cause-fit = de twee passen beter of minder goed
cause-others = anderen gaan voor
category-title = Per soort hulp
language-title = Per taal
place-title = Per wijk
column-category = soort hulp
column-language = taal
column-place = wijk
column-asks = hulpvragen
column-helped = met een voorstel
column-appears = erbij
column-vanishes = weg
column-before = nu
column-after = nieuw
cover-note = De balken tonen welk deel van de hulpvragen een voorstel krijgt. Wat de regels als hulpvraag lezen, kan ook verschillen.
cover-columns = De getallen: met een voorstel / hulpvragen.
load-title = Hoe vaak dezelfde mensen helpen
load-axis = aantal helpers, naar hoe vaak ze als eerste worden voorgesteld
load-column = { $tasks } keer
load-column-most = { $tasks } keer of meer
load-note =
    { $side ->
        [old] Regels van nu
       *[new] Nieuwe regels
    }: { $helpers ->
        [one] 1 helper
       *[other] { $helpers } helpers
    }, hoogstens { $most } keer dezelfde persoon.
list-title = Elke verandering
list-note = Berichten hebben hier alleen een nummer, in de volgorde waarin ze geschreven zijn. Namen en teksten staan er niet in.
list-more = En nog { $count }, die hier niet staan.
column-day = dag
column-what = verandering
column-who = voor wie
column-why = waarom
item-suggestion = Vraag { $request } ({ $category }): hulp van bericht { $helper }
item-exchange = Ruil tussen berichten { $posts }
item-group = Groep voor { $category }: berichten { $posts }
item-crisis = Noodsituatie in bericht { $post }
item-referral = Doorverwijzing van bericht { $post }: { $kind }
item-report = Melding over het openbaar domein: bericht { $post }
rank =
    { $rank ->
        [1] eerste keuze
        [2] tweede keuze
       *[other] derde keuze
    }
moved = Van { $from } naar { $to }.
scored = Score { $score } van 1000.
reasons-were = Wat ervoor sprak: { $reasons }
referral-food-bank = voedselbank
referral-home-care = thuiszorg
referral-social-services = sociale dienst
referral-repair-shop = vakman
role-Asks = een hulpvraag
role-Gives = een aanbod
role-Both = een vraag en een aanbod
role-Report = een melding over het openbaar domein
role-Notice = een mededeling
role-Closed = opgelost
role-Crisis = een noodsituatie
why-request =
    { $side ->
        [old] De regels van nu lezen
       *[new] De nieuwe regels lezen
    } bericht { $post } als { $role }.
why-other-help =
    { $side ->
        [old] De regels van nu lezen
       *[new] De nieuwe regels lezen
    } in de twee berichten niet dezelfde soort hulp.
why-no-fit =
    { $side ->
        [old] De regels van nu vinden
       *[new] De nieuwe regels vinden
    } dat ze te weinig bij elkaar passen.
why-others-first =
    { $side ->
        [old] De regels van nu stellen
       *[new] De nieuwe regels stellen
    } hier anderen voor.
how-title = Hoe dit berekend is
how-days = De berichten zijn dag per dag doorlopen, in de volgorde waarin ze geschreven zijn, met hetzelfde programma dat ook de echte voorstellen maakt. Wat voorgesteld is, telt de volgende dagen mee, alsof de conciërge nog niet geantwoord heeft.
how-limits =
    De grenzen zijn die van { $whose ->
        [own] uw configuratie
       *[default] de standaardconfiguratie
    }: hoogstens { $tasks } keer per vier weken dezelfde helper, en niemand onder score { $score }.
how-shadow = Allebei werkten ze op hetzelfde moment met dezelfde berichten. Hier tellen berichten die in deze dagen geschreven zijn, en oudere waarover een van de twee iets meldde. De conciërge antwoordt op wat de regels van nu voorstellen; op de nieuwe antwoordt niemand. Daardoor lopen ze uiteen: hoe langer ze naast elkaar lopen, hoe minder één verschil zegt. Of twee berichten bij elkaar passen, is aan allebei opnieuw gevraagd.
how-store = Berichten die hun schrijver intussen heeft weggehaald, tellen niet mee.
how-real = Het toont wat de regels zouden voorstellen, niet wat mensen ermee doen. Een conciërge beslist altijd zelf.
how-digests = Controlegetallen
how-module = module
how-settings = instellingen

# Settings.
settings-head = Instellingen van de regels `{ $module }`, versie { $version }.
settings-how = Elke waarde hier is de waarde die geldt als ze er niet staat. Verander wat bij u anders moet zijn; de rest mag weg. Haal # weg voor een voorbeeld om het te gebruiken.
settings-check = Kijk na met: koppelaar rules check { $module } --settings BESTAND --language nl
settings-elsewhere = Niet hier, maar in de configuratie van het programma, omdat het voor alle regels geldt: partners, diensten voor meldingen en attesten (bij [[municipality]]), en hoe vaak een helper gevraagd wordt (bij [matching]).
settings-allowed = Toegestaan: { $values }.
settings-range = Een geheel getal van { $low } tot { $high }.
settings-flag = true (ja) of false (nee).
settings-most = Hoogstens { $count }.
settings-length = Elk { $low } tot { $high } tekens.
settings-default-none = Standaard niets.
settings-example = Voorbeeld:
settings-line = regel { $line }
settings-whole = het hele bestand
settings-hint-near = bedoelde u { $name }?
settings-hint-known = hier bestaat: { $names }
settings-hint-allowed = toegestaan: { $values }
settings-hint-print = `koppelaar rules settings --language nl` toont elke instelling
fault-unknown = deze instelling bestaat niet
fault-choice = { $value } is hier niet toegestaan
fault-type =
    hier staat { $value }; het moet { $wanted ->
        [integer] een geheel getal
        [number] een getal
        [string] een tekst tussen aanhalingstekens
        [array] een lijst tussen rechte haken
        [object] een tabel
        [boolean] true of false
       *[other] iets anders
    } zijn
fault-range = { $value } ligt niet tussen { $low } en { $high }
fault-many = de lijst heeft er { $count }; hoogstens { $limit } zijn toegestaan
fault-twice = { $value } staat er twee keer
fault-length = { $value } is te kort of te lang; { $low } tot { $high } tekens zijn toegestaan
fault-missing = { $name } ontbreekt
fault-other = past niet bij de regels: { $what }
fault-syntax = het bestand is hier niet te lezen: { $what }
fault-syntax-hint = kijk of er een aanhalingsteken, haak of komma ontbreekt
faults =
    { $count ->
        [one] Er is 1 fout in de instellingen
       *[other] Er zijn { $count } fouten in de instellingen
    } van de regels `{ $module }`.

# Checking a module.
check-yes = In orde: deze regels kunnen in gebruik worden genomen.
check-no =
    Geweigerd: { $count ->
        [one] 1 punt moet
       *[other] { $count } punten moeten
    } eerst in orde komen.
check-module = module
check-size = grootte
check-size-value = { $kib } KiB van hoogstens { $limit }
check-digest = vingerafdruk
check-settings = instellingen
check-settings-default = standaard
check-languages = talen
check-categories = soorten hulp
check-referrals = doorverwijzingen
check-tried = geprobeerd
check-tried-value = { $posts } moeilijke berichten gelezen, { $candidates } koppels beoordeeld, alles { $times } keer
check-same = herhaalbaar
check-same-yes = ja: dezelfde invoer gaf telkens hetzelfde antwoord
check-fuel-read = rekenwerk lezen
check-fuel-assess = rekenwerk beoordelen
check-memory = geheugen
check-headroom = { $used } van { $limit } (ruimte voor { $times } keer zoveel)
check-tight = Let op: minder dan drie keer zoveel ruimte.
check-sentences = Zinnen die een conciërge kan lezen:
check-names = Namen van de soorten hulp:
check-knows = Instellingen:
check-finding-unsteady = `{ $function }` geeft bij dezelfde invoer niet altijd hetzelfde antwoord
check-finding-batch = `{ $function }` geeft een ander antwoord als er andere berichten bij staan
check-finding-with = bij een bericht met { $post }
check-whose-author = voor de maker van de module
check-whose-settings = voor wie de instellingen beheert
check-whose-operator = voor de beheerder van deze computer
check-not-tried = Zolang dit niet in orde is, kon de rest niet worden nagekeken.
