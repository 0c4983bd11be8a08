# What clerks and councils of a municipality read about its rules. Plain words.

alternatives = { $before } ou { $last }
list = { $before } et { $last }
date =
    { $day } { $month ->
        [1] janvier
        [2] février
        [3] mars
        [4] avril
        [5] mai
        [6] juin
        [7] juillet
        [8] août
        [9] septembre
        [10] octobre
        [11] novembre
       *[12] décembre
    } { $year }
language-nl = néerlandais
language-fr = français
language-en = anglais
percent = { $value } %

# Two sets of rules, held side by side.
diff-title = Qu’est-ce qui change avec les nouvelles règles ?
diff-lead =
    { $posts ->
        [one] 1 message
       *[other] { $posts } messages
    } de { $places ->
        [one] 1 quartier
       *[other] { $places } quartiers
    }, du { $from } au { $to }, parcourus deux fois : avec les règles actuelles et avec les nouvelles.
diff-lead-shadow =
    { $posts ->
        [one] 1 message
       *[other] { $posts } messages
    } de { $places ->
        [one] 1 quartier
       *[other] { $places } quartiers
    } : ce que les règles actuelles ont signalé du { $from } au { $to }, et ce que les nouvelles règles auraient signalé pendant les mêmes jours. Elles tournaient à côté des règles actuelles, et personne n’en a rien vu.
diff-old = règles actuelles
diff-new = nouvelles règles
diff-rules-default = { $module } { $version }, avec les réglages par défaut
diff-rules-own = { $module } { $version }, avec ses propres réglages ({ $file })
diff-answer-none = Rien ne change : toutes les propositions et tous les avis restent les mêmes.
diff-answer =
    Avec les règles actuelles, il y a une proposition pour { $helped } des { $asks } demandes d’aide ({ $share }). Avec les nouvelles règles, pour { $newhelped } sur { $newasks } ({ $newshare }).
outcome-title = Qu’est-ce qui change pour les personnes qui demandent de l’aide ?
outcome-same = même première proposition
outcome-other = quelqu’un d’autre en premier
outcome-gained = reçoit désormais une proposition
outcome-lost = ne reçoit plus de proposition
outcome-without = aucune proposition dans les deux cas
outcome-note = Demandes que l’une des deux versions au moins lit comme une demande d’aide : { $all } en tout.
told-title = Propositions et avis au concierge
told-note = Une demande peut avoir plusieurs propositions : une première, et deux autres au plus. Les échanges, groupes, urgences, orientations et signalements sur l’espace public comptent aussi.
what-appears = s’ajoute
what-vanishes = disparaît
what-moves = change de place
what-same = reste pareil
cause-title = Pourquoi une proposition s’ajoute ou disparaît
cause-reading = un message est compris autrement
cause-fit = les deux se conviennent mieux ou moins bien
cause-others = d’autres passent avant
category-title = Par type d’aide
language-title = Par langue
place-title = Par quartier
column-category = type d’aide
column-language = langue
column-place = quartier
column-asks = demandes
column-helped = avec une proposition
column-appears = en plus
column-vanishes = en moins
column-before = actuel
column-after = nouveau
cover-note = Les barres montrent la part des demandes qui reçoivent une proposition. Ce que les règles lisent comme une demande peut aussi changer.
cover-columns = Les nombres : avec une proposition / demandes.
load-title = Combien de fois les mêmes personnes aident
load-axis = nombre d’aidants, selon le nombre de fois où ils sont proposés en premier
load-column = { $tasks } fois
load-column-most = { $tasks } fois ou plus
load-note =
    { $side ->
        [old] Règles actuelles
       *[new] Nouvelles règles
    } : { $helpers ->
        [one] { $helpers } aidant
       *[other] { $helpers } aidants
    }, la même personne { $most } fois au plus.
list-title = Chaque changement
list-note = Les messages ne portent ici qu’un numéro, dans l’ordre où ils ont été écrits. Ni noms ni textes n’y figurent.
list-more = Et encore { $count }, qui ne figurent pas ici.
column-day = jour
column-what = changement
column-who = pour qui
column-why = pourquoi
item-suggestion = Demande { $request } ({ $category }) : aide du message { $helper }
item-exchange = Échange entre les messages { $posts }
item-group = Groupe pour { $category } : messages { $posts }
item-crisis = Urgence dans le message { $post }
item-referral = Orientation du message { $post } : { $kind }
item-report = Signalement sur l’espace public : message { $post }
rank =
    { $rank ->
        [1] premier choix
        [2] deuxième choix
       *[other] troisième choix
    }
moved = De { $from } à { $to }.
scored = Score de { $score } sur 1000.
reasons-were = Ce qui parlait pour : { $reasons }
referral-food-bank = banque alimentaire
referral-home-care = soins à domicile
referral-social-services = service social
referral-repair-shop = professionnel
role-Asks = une demande d’aide
role-Gives = une offre
role-Both = une demande et une offre
role-Report = un signalement sur l’espace public
role-Notice = une annonce
role-Closed = résolu
role-Crisis = une urgence
why-request =
    { $side ->
        [old] Les règles actuelles lisent
       *[new] Les nouvelles règles lisent
    } le message { $post } comme { $role }.
why-other-help =
    { $side ->
        [old] Les règles actuelles ne lisent
       *[new] Les nouvelles règles ne lisent
    } pas le même type d’aide dans les deux messages.
why-no-fit =
    { $side ->
        [old] Les règles actuelles trouvent
       *[new] Les nouvelles règles trouvent
    } qu’ils se conviennent trop peu.
why-others-first =
    { $side ->
        [old] Les règles actuelles proposent
       *[new] Les nouvelles règles proposent
    } ici d’autres personnes.
how-title = Comment c’est calculé
how-days = Les messages sont parcourus jour par jour, dans l’ordre où ils ont été écrits, avec le programme qui fait aussi les vraies propositions. Ce qui a été proposé compte les jours suivants, comme si le concierge n’avait pas encore répondu.
how-limits =
    Les limites sont celles de { $whose ->
        [own] votre configuration
       *[default] la configuration par défaut
    } : la même personne au plus { $tasks } fois en quatre semaines, et personne sous un score de { $score }.
how-shadow = Les deux ont travaillé au même moment sur les mêmes messages. Comptent ici les messages écrits pendant ces jours, et les plus anciens dont l’une des deux a parlé. Le concierge répond à ce que proposent les règles actuelles ; personne ne répond aux nouvelles. Elles s’éloignent donc l’une de l’autre : plus elles tournent côte à côte, moins une seule différence en dit. Si deux messages se conviennent, on l’a redemandé aux deux.
how-store = Les messages que leur auteur a retirés entre-temps ne comptent pas.
how-real = On voit ce que les règles proposeraient, pas ce que les gens en font. Le concierge décide toujours lui-même.
how-digests = Empreintes
how-module = module
how-settings = réglages

# Settings.
settings-head = Réglages des règles `{ $module }`, version { $version }.
settings-how = Chaque valeur est celle qui vaut quand elle n’est pas écrite. Changez ce qui doit être autrement chez vous ; le reste peut être supprimé. Enlevez # devant un exemple pour l’utiliser.
settings-check = Vérifiez avec : koppelaar rules check { $module } --settings FICHIER --language fr
settings-elsewhere = Pas ici, mais dans la configuration du programme, car cela vaut pour toutes les règles : partenaires, services pour les signalements et attestations (sous [[municipality]]), et combien de fois un aidant est sollicité (sous [matching]).
settings-allowed = Possible : { $values }.
settings-range = Un nombre entier de { $low } à { $high }.
settings-flag = true (oui) ou false (non).
settings-most = Au plus { $count }.
settings-length = Chacun de { $low } à { $high } caractères.
settings-default-none = Rien par défaut.
settings-example = Exemple :
settings-line = ligne { $line }
settings-whole = tout le fichier
settings-hint-near = vouliez-vous dire { $name } ?
settings-hint-known = ici existent : { $names }
settings-hint-allowed = possible : { $values }
settings-hint-print = `koppelaar rules settings --language fr` montre chaque réglage
fault-unknown = ce réglage n’existe pas
fault-choice = { $value } n’est pas possible ici
fault-type =
    il y a ici { $value } ; il faut { $wanted ->
        [integer] un nombre entier
        [number] un nombre
        [string] un texte entre guillemets
        [array] une liste entre crochets
        [object] un tableau
        [boolean] true ou false
       *[other] autre chose
    }
fault-range = { $value } n’est pas entre { $low } et { $high }
fault-many = la liste en a { $count } ; au plus { $limit } sont possibles
fault-twice = { $value } s’y trouve deux fois
fault-length = { $value } est trop court ou trop long ; il faut de { $low } à { $high } caractères
fault-missing = { $name } manque
fault-other = ne convient pas aux règles : { $what }
fault-syntax = le fichier est illisible ici : { $what }
fault-syntax-hint = regardez s’il manque un guillemet, un crochet ou une virgule
faults =
    { $count ->
        [one] Il y a 1 erreur dans les réglages
       *[other] Il y a { $count } erreurs dans les réglages
    } des règles `{ $module }`.

# Checking a module.
check-yes = En ordre : ces règles peuvent être mises en service.
check-no =
    Refusé : { $count ->
        [one] 1 point est
       *[other] { $count } points sont
    } à mettre en ordre d’abord.
check-module = module
check-size = taille
check-size-value = { $kib } Kio sur { $limit } au plus
check-digest = empreinte
check-settings = réglages
check-settings-default = par défaut
check-languages = langues
check-categories = types d’aide
check-referrals = orientations
check-tried = essayé
check-tried-value = { $posts } messages difficiles lus, { $candidates } paires jugées, le tout { $times } fois
check-same = reproductible
check-same-yes = oui : les mêmes données ont toujours donné la même réponse
check-fuel-read = calcul, lecture
check-fuel-assess = calcul, jugement
check-memory = mémoire
check-headroom = { $used } sur { $limit } (de la place pour { $times } fois autant)
check-tight = Attention : moins de trois fois la place nécessaire.
check-sentences = Phrases qu’un concierge peut lire :
check-names = Noms des types d’aide :
check-knows = Réglages :
check-finding-unsteady = `{ $function }` ne répond pas toujours la même chose aux mêmes données
check-finding-batch = `{ $function }` répond autrement quand d’autres messages l’accompagnent
check-finding-with = pour un message avec { $post }
check-whose-author = pour l’auteur du module
check-whose-settings = pour qui gère les réglages
check-whose-operator = pour l’administrateur de cet ordinateur
check-not-tried = Tant que ce n’est pas en ordre, le reste n’a pas pu être vérifié.
