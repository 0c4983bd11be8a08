# The pages of the playground, in French.

site-name = Quartier d’essai
site-tagline = une plateforme de quartier pour essayer Koppelaar
skip = Aller au contenu
language-choice = Langue
breadcrumb-home = Tous les quartiers
footer-pretend = Tout est inventé ici : les habitants, leurs noms et leurs messages. Ce que vous écrivez reste sur cet ordinateur et disparaît à la fin de l’essai.
error-prefix = Erreur :

home-title = Des voisins qui s’entraident
home-lead = Voici une plateforme d’essai. Écrivez un message comme habitant et voyez ce que Koppelaar propose au concierge de quartier.
home-choose = Choisissez un quartier
home-concierge = Concierge de quartier : { $names }
home-no-concierge = Pas encore de concierge de quartier
home-empty = Il n’y a pas encore de quartier. Lancez l’essai avec un fichier de messages et ils apparaîtront ici.
home-more = Voici les { $shown } premiers quartiers sur { $all }.
home-how = Comment ça marche
how-post-title = Un habitant écrit
how-post = Quelqu’un demande ou propose de l’aide, avec ses propres mots.
how-read-title = Koppelaar lit
how-read = Seulement ce que les habitants partagent avec la commune. Koppelaar cherche qui peut aider qui.
how-decide-title = Le concierge décide
how-decide = Il reçoit une proposition dans sa messagerie et répond oui ou non. Le programme n’écrit jamais aux habitants.

tab-feed = Messages
tab-inbox = Messagerie du concierge
tabs-label = Dans ce quartier

feed-title = Messages de { $place }
feed-prompt = Que voulez-vous demander ou dire au quartier ?
feed-ask = Je cherche de l’aide
feed-offer = Je propose mon aide
feed-other = Autre chose
feed-list = Derniers messages
feed-empty = C’est encore calme ici. Écrivez le premier message.
feed-older = Messages plus anciens
feed-newer = Messages plus récents
feed-pages = Parcourir
feed-page = Page { $page }
feed-fresh = Il y a de nouveaux messages. Les afficher.
feed-about = À propos de ce quartier
feed-concierge = Concierge de quartier
feed-inbox-link = Ouvrir la messagerie

kind-question = Demande
kind-offer = Offre
kind-lend = Prêt
kind-notice = Annonce
kind-event = Activité
kind-none = Autre chose
post-withdrawn = Retiré
post-not-shared = Non partagé avec la commune
post-withdraw = Retirer
post-withdraw-which = le message de { $author }

write-title = Écrire comme habitant
write-name = Votre nom
write-name-hint = Inventez un nom, ou choisissez quelqu’un qui a déjà écrit ici.
write-kind = Quel genre de message est-ce ?
write-heading = Titre
write-optional = (facultatif)
write-text = Votre message
write-text-hint = Écrivez comme à un voisin : quoi, où et quand.
write-shared = La commune peut lire ce message
write-shared-hint = C’est la condition pour que Koppelaar puisse le lire et faire une proposition au concierge. Sinon, seuls les voisins le voient.
write-send = Publier le message
write-cancel = Annuler

posted = Votre message est publié dans le quartier.
posted-shared = Koppelaar le lira à son prochain passage. Si quelqu’un convient, une proposition arrivera dans la messagerie.
posted-private = La commune ne le voit pas, donc Koppelaar non plus.

errors-title = Il reste quelque chose à corriger
error-name-empty = Indiquez un nom.
error-name-long = Raccourcissez le nom : { $most } caractères au plus.
error-kind = Choisissez le genre de message.
error-title-long = Raccourcissez le titre : { $most } caractères au plus, { $chars } pour l’instant.
error-text-empty = Écrivez un message.
error-text-long = Raccourcissez le message : { $most } caractères au plus, { $chars } pour l’instant.
error-full = L’essai est complet et n’accepte plus rien. Relancez-le.
error-answer-empty = Écrivez une réponse.
error-answer-long = Raccourcissez la réponse : { $most } caractères au plus, { $chars } pour l’instant.

inbox-title = Messagerie de { $name }
inbox-lead = Ici, Koppelaar parle avec le concierge de quartier. Les habitants ne le voient pas.
inbox-thread = Conversation avec Koppelaar
inbox-empty = Pas encore de message. Dès que Koppelaar trouve des voisins qui peuvent s’aider, la proposition apparaît ici.
inbox-earlier = Messages précédents
inbox-answer = Votre réponse
inbox-answer-hint = Par exemple : le numéro d’une proposition pour dire oui, « non », ou « ? » pour une explication.
inbox-send = Envoyer
inbox-concierges = Concierges de quartier
inbox-none = Ce quartier n’a pas encore de concierge, donc pas de messagerie.
quick-label = Réponse rapide à la proposition { $number }
quick-yes = Oui, d’accord
quick-no = Non
quick-why = Pourquoi ?
quick-yes-text = { $number }
quick-no-text = non { $number }
quick-why-text = ? { $number }

missing-title = Cette page n’existe pas
missing-text = Le quartier a peut-être changé d’adresse, ou celle-ci contient une erreur.
refused-title = Ce formulaire ne vient pas de ce site
refused-text = Rien n’a donc été envoyé. Revenez en arrière et réessayez sur ce site.
unreadable-title = Ce formulaire est illisible
unreadable-text = Il était trop long ou incomplet. Revenez en arrière : votre texte y est sans doute encore.

today-night = cette nuit
today-morning = ce matin
today-afternoon = cet après-midi
today-evening = ce soir
yesterday-night = la nuit d’hier
yesterday-morning = hier matin
yesterday-afternoon = hier après-midi
yesterday-evening = hier soir
day-night = { $date }, la nuit
day-morning = { $date }, le matin
day-afternoon = { $date }, l’après-midi
day-evening = { $date }, le soir
date = { $weekday } { $day ->
    [1] 1er
   *[other] { $day }
 } { $month }
date-year = { $weekday } { $day ->
    [1] 1er
   *[other] { $day }
 } { $month } { $year }
date-time = { $date } à { $time }
today = aujourd’hui
yesterday = hier
weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
