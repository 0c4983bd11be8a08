# Every word that a French-speaking concierge reads.
# Short sentences, everyday words. $country is BE or NL. A number is how a suggestion is answered.

date =
    { $weekday ->
        [1] lundi
        [2] mardi
        [3] mercredi
        [4] jeudi
        [5] vendredi
        [6] samedi
       *[7] dimanche
    } { $day ->
        [1] 1er
       *[other] { $day }
    } { $month ->
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
    }
list = { $before } et { $last }
nameless = une personne du quartier
wrote = { $name } a écrit le { $date } :
because = Pourquoi cela peut marcher :
because-pair = Pourquoi { $helper } peut bien aider { $name } :
passed-over =
    { $cause ->
        [tasks] { $name } conviendrait peut-être encore mieux, mais figure déjà dans { $times ->
            [once] une proposition
           *[other] { $times } propositions
        } des quatre dernières semaines.
        [elsewhere] { $name } conviendrait peut-être encore mieux, mais figure déjà dans une autre proposition.
        [exchange] { $name } conviendrait peut-être encore mieux, mais figure déjà dans une proposition d'entraide.
        [condition] { $name } conviendrait peut-être encore mieux, mais demande de l'aide en retour.
        [familiar] { $name } conviendrait peut-être encore mieux, mais { $helper } a déjà aidé cette personne.
       *[declined] { $name } figurait déjà dans une proposition pour cette demande. La réponse était non.
    }

placeholder-phone = [numéro de téléphone]
placeholder-email = [adresse e-mail]
placeholder-link = [lien]
placeholder-iban = [numéro de compte]
placeholder-address = [adresse]

suggestion-head = Proposition { $number } : { $need }
suggestion-urgent = C'est urgent. Pouvez-vous regarder aujourd'hui ?
suggestion-helper = { $helper } peut peut-être aider.
suggestion-alternates = Cela ne va pas avec { $helper } ? Vous pouvez aussi demander ici :
suggestion-referral =
    { $service ->
        [food-bank] { $country ->
            [BE] Pour { $name }, pensez aussi à la banque alimentaire ou au CPAS.
           *[NL] Pour { $name }, pensez aussi à la banque alimentaire (voedselbank) ou à l'équipe sociale du quartier (wijkteam).
        }
        [home-care] Pour { $name }, pensez aussi aux soins à domicile.
        [social-services] { $country ->
            [BE] Pour { $name }, pensez aussi au CPAS.
           *[NL] Pour { $name }, pensez aussi à l'équipe sociale du quartier (wijkteam).
        }
        [repair-shop] Une partie de ce travail est pour un professionnel. Un voisin ne doit rien faire de dangereux.
       *[other] Il y a peut-être aussi un service qui peut aider { $name }.
    }

first-check =
    { $matter ->
        [childcare] À vérifier d'abord : il s'agit d'enfants. Rencontrez d'abord { $helper }. Les parents doivent aussi faire connaissance avant.
        [care] À vérifier d'abord : il s'agit de soins personnels, comme la toilette. Rencontrez d'abord { $helper }. Dites clairement ce qui est possible et ce qui est le travail d'une infirmière ou d'un infirmier.
       *[company] À vérifier d'abord : il s'agit de tenir compagnie, souvent à une personne seule. Rencontrez d'abord { $helper } et soyez là la première fois.
    }
certificate-document =
    { $country ->
        [BE] { $matter ->
            [childcare] Demandez aussi à { $helper } un extrait de casier judiciaire (modèle 2, pour le contact avec des enfants).
           *[company] Demandez aussi à { $helper } un extrait de casier judiciaire.
        }
       *[NL] Demandez aussi à { $helper } un certificat de bonne conduite (VOG).
    }
certificate-tick = Vous l'avez vu ? Répondez attestation { $numbers }.
certificate-seen = L'attestation de { $helper } est déjà notée comme vue.

certificate-head = Numéro { $number } : d'abord l'attestation de { $helper }
certificate-why = Dans votre commune, je peux proposer { $helper } pour cela seulement quand vous avez vu l'attestation.
answer-certificate =
    Répondez :
    attestation { $number } = j'ai vu l'attestation
    non { $number } = je ne la demande pas
certificate-waits = Le numéro { $number } concerne l'attestation de { $helper }. Écrivez attestation { $number } si vous l'avez vue, ou non { $number } si vous ne la demandez pas.
certificate-declined = C'est noté. Sans attestation, je ne propose pas { $helper } pour des enfants, des soins ou de la compagnie. Vous la voyez plus tard ? Écrivez attestation { $number }.
certificate-noted = C'est noté : vous avez vu l'attestation de { $helper }. Je garde seulement cette note, jamais le document. Une erreur ? Écrivez attestation { $numbers } annuler.
certificate-taken-back = C'est noté : l'attestation de { $helper } n'est pas vue. Pour la noter : attestation { $numbers }.
apart-noted = C'est noté : je ne mets plus ensemble { $names }, même pour une autre demande. Une erreur ? Écrivez bloquer { $numbers } annuler.
apart-taken-back = C'est noté : { $names } peuvent à nouveau être dans la même proposition.
which-people = Voici comment je compte les personnes du numéro { $number } :
which-certificate = De qui avez-vous vu l'attestation ? Écrivez attestation, le numéro, et le chiffre de cette personne. Pour la première, c'est attestation { $number } 1.
which-helper = Qui ne doit plus rencontrer la personne qui demande ? Écrivez bloquer, le numéro, et le chiffre de la personne qui aide. Pour la première, c'est bloquer { $number } 1.
which-pair = Qui ne doit plus se rencontrer ? Écrivez bloquer, le numéro, et les chiffres de deux personnes. Pour les deux premières, c'est bloquer { $number } 1 2.

answer-pair =
    Répondez :
    { $number } = oui, je les mets en contact
    non { $number } = non, pas ces deux personnes
    ? { $number } = pourquoi cette proposition ?
answer-several =
    Répondez :
    { $number } = oui, je les mets en contact
    non { $number } = non, pas cette proposition
    ? { $number } = pourquoi cette proposition ?
answer-explained = C'est vous qui décidez. Répondez { $number } pour oui, ou non { $number } pour non.

exchange-head = Proposition { $number } : { $names } peuvent s'entraider.
exchange-plan = Voici comment :
exchange-step = - { $helper } aide { $name } ({ $give })
exchange-all = Cela ne marche que si tout le monde participe.
exchange-member = Demande : { $need }. Donne : { $give }.

group-head = Proposition { $number } : { $count } personnes demandent la même chose ({ $need }). Ensemble, ce sera peut-être plus simple.
group-others = Il y a aussi une demande de { $names }.
group-plan = Vous pouvez leur demander si elles veulent le faire ensemble, et qui veut bien aider à l'organiser.

referral-head = { $name } a besoin de plus que l'aide d'un voisin.
referral-advice =
    { $service ->
        [food-bank] { $country ->
            [BE] Il manque peut-être de l'argent pour manger. Mettez { $name } en contact avec la banque alimentaire ou le CPAS. Cela peut se faire discrètement.
           *[NL] Il manque peut-être de l'argent pour manger. Mettez { $name } en contact avec la banque alimentaire (voedselbank) ou l'équipe sociale du quartier (wijkteam). Cela peut se faire discrètement.
        }
        [home-care] { $country ->
            [BE] C'est un travail pour les soins à domicile. Regardez avec { $name } quel service peut venir. Le médecin ou la mutuelle peut aider à choisir.
           *[NL] C'est un travail pour les soins à domicile (thuiszorg). Regardez avec { $name } qui peut venir. Le médecin ou l'équipe sociale du quartier (wijkteam) peut aider à choisir.
        }
        [social-services] { $country ->
            [BE] Mettez { $name } en contact avec le CPAS. Vous pouvez peut-être y aller ensemble : le premier pas est souvent difficile.
           *[NL] Mettez { $name } en contact avec l'équipe sociale du quartier (wijkteam). Vous pouvez peut-être y aller ensemble : le premier pas est souvent difficile.
        }
        [repair-shop] Ce travail est trop dangereux pour un voisin. Aidez { $name } à trouver un professionnel agréé.
       *[other] Regardez avec { $name } quel service peut le mieux aider.
    }
contact = Contact : { $service }, { $contact }
no-answer-needed = Pas besoin de répondre à ce message.

report-head = { $name } signale que quelque chose ne va pas dans le quartier.
report-advice =
    { $country ->
        [BE] C'est un travail pour la commune, pas pour un voisin. Pouvez-vous prévenir le bon service ? Dites ensuite à { $name } que c'est fait.
       *[NL] C'est un travail pour la commune (gemeente), pas pour un voisin. Pouvez-vous prévenir le bon service ? Dites ensuite à { $name } que c'est fait.
    }
report-department =
    { $country ->
        [BE] C'est un travail pour la commune, pas pour un voisin. Pouvez-vous prévenir ce service ? Dites ensuite à { $name } que c'est fait.
       *[NL] C'est un travail pour la commune (gemeente), pas pour un voisin. Pouvez-vous prévenir ce service ? Dites ensuite à { $name } que c'est fait.
    }

crisis-head = Urgent : quelqu'un est peut-être en danger. Lisez maintenant ce message de { $name }.
crisis-advice = Prenez vous-même contact avec { $name }, tout de suite si possible, et écoutez. Regardez d'abord dans le message s'il est sûr d'appeler ou de passer. Il y a un danger immédiat ? Appelez le 112.
crisis-lines =
    { $country ->
        [BE]
            Vous pouvez demander conseil ici. Vous pouvez aussi donner ces numéros :
            - Prévention du suicide : 0800 32 123
            - Violences conjugales : 0800 30 030
            - Parler à quelqu'un (Télé-Accueil) : 107
            - Enfants et jeunes (Écoute-Enfants) : 103
       *[NL]
            Vous pouvez demander conseil ici. Vous pouvez aussi donner ces numéros :
            - Prévention du suicide : 113 ou 0800-0113
            - Violence à la maison (Veilig Thuis) : 0800-2000
            - Enfants (Kindertelefoon) : 0800-0432
    }
crisis-limits = Pour ce message, je ne cherche pas de voisin. Je suis un programme et je peux me tromper. Vous pouvez mieux juger.

accepted = Merci ! La proposition { $number } est pour vous : { $names }.
accepted-next =
    Pour la suite :
    - Demandez à chaque personne si elle est d'accord. Donnez les noms ou les numéros seulement après.
    - Réunissez-les pour faire connaissance.
    - Décidez ensemble quoi faire, quand, et qui apporte le matériel et les outils.
declined = C'est noté, la proposition { $number } ne se fera pas. Merci pour votre réponse.
declined-search = C'est noté, la proposition { $number } ne se fera pas. Si je trouve quelqu'un d'autre, je vous écris.
declined-apart = Ces deux personnes ne doivent plus jamais être dans la même proposition ? Écrivez bloquer { $number }.
explained-head = Proposition { $number } : { $helper } pour { $name }.
fit-very-well = À mon avis, cela va très bien ensemble.
fit-well = À mon avis, cela va bien ensemble.
fit-maybe = Cela pourrait aller, mais c'est moins sûr.
already-decided = Vous avez déjà répondu à la proposition { $number }. Rien ne change.
unknown-number = Je ne connais pas la proposition { $number }.
open-numbers = Ces propositions attendent encore une réponse : { $numbers }.
nothing-open = Aucune proposition n'attend de réponse. S'il y a du nouveau, je vous écris.
paused = D'accord, je ne vous envoie plus de propositions. Écrivez start pour en recevoir à nouveau.
resumed = Bon retour ! Vous recevez à nouveau des propositions.
help = Je n'ai pas bien compris. Écrivez le numéro d'une proposition pour oui, non et le numéro pour non, ou ? et le numéro pour une explication. Écrivez stop si vous ne voulez plus de propositions.
help-notes =
    Vous pouvez aussi faire noter quelque chose. Pour la proposition 2, c'est ainsi :
    attestation 2 = j'ai vu l'attestation de la personne qui aide
    bloquer 2 = ne mettez plus jamais ces personnes ensemble
    S'il y a plus de personnes, je les compte comme dans le message : attestation 2 3 est celle de la troisième personne qui aide, bloquer 2 1 3 sépare dans un groupe la première et la troisième. Écrivez annuler à la fin pour revenir en arrière.
lapsed-request = La proposition { $number } ne se fera pas : la demande n'est plus ouverte. Vous avez déjà parlé à quelqu'un ? Dites-lui que cela ne se fait pas. Sinon, vous n'avez rien à faire.
lapsed-helper = La proposition { $number } ne se fera pas : l'offre n'est plus ouverte. Vous avez déjà parlé à quelqu'un ? Dites-lui que cela ne se fait pas. Sinon, vous n'avez rien à faire.
lapsed-apart = La proposition { $number } ne se fera pas : il est noté que des personnes de cette proposition ne se rencontrent plus. Vous avez déjà parlé à quelqu'un ? Dites-lui que cela ne se fait pas. Sinon, vous n'avez rien à faire.
lapsed-certificate = La proposition { $number } ne se fera pas : l'attestation de la personne qui aide n'est pas notée comme vue. Vous avez déjà parlé à quelqu'un ? Dites-lui que cela ne se fait pas. Sinon, vous n'avez rien à faire.
