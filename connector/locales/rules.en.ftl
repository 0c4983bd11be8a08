# What clerks and councils of a municipality read about its rules. Plain words.

alternatives = { $before } or { $last }
list = { $before } and { $last }
date =
    { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }
language-nl = Dutch
language-fr = French
language-en = English
percent = { $value }%

# Two sets of rules, held side by side.
diff-title = What changes with the new rules?
diff-lead =
    { $posts ->
        [one] 1 post
       *[other] { $posts } posts
    } from { $places ->
        [one] 1 neighbourhood
       *[other] { $places } neighbourhoods
    }, from { $from } to { $to }, gone through twice: with today’s rules and with the new rules.
diff-lead-shadow =
    { $posts ->
        [one] 1 post
       *[other] { $posts } posts
    } from { $places ->
        [one] 1 neighbourhood
       *[other] { $places } neighbourhoods
    }: what today’s rules told from { $from } to { $to }, and what the new rules would have told in the same days. They ran beside today’s rules, and nobody was told.
diff-old = today’s rules
diff-new = new rules
diff-rules-default = { $module } { $version }, with its default settings
diff-rules-own = { $module } { $version }, with settings of its own ({ $file })
diff-answer-none = Nothing changes: every suggestion and notice stays the same.
diff-answer =
    With today’s rules there is a suggestion for { $helped } of the { $asks } requests for help ({ $share }). With the new rules there is one for { $newhelped } of { $newasks } ({ $newshare }).
outcome-title = What changes for those who ask for help?
outcome-same = same first suggestion
outcome-other = somebody else first
outcome-gained = gets a suggestion now
outcome-lost = no longer gets a suggestion
outcome-without = no suggestion with either
outcome-note = Posts that at least one of the two reads as a request for help: { $all } in all.
told-title = Suggestions and notices to the concierge
told-note = A request can have more than one suggestion: a first one, and two others at most. Exchanges, groups, emergencies, referrals and reports about the public space count too.
what-appears = appears
what-vanishes = vanishes
what-moves = changes its rank
what-same = stays the same
cause-title = Why something appears or vanishes
cause-reading = a post is understood differently
cause-fit = the two suit each other better or worse
cause-others = others go first
category-title = By kind of help
language-title = By language
place-title = By neighbourhood
column-category = kind of help
column-language = language
column-place = neighbourhood
column-asks = requests
column-helped = with a suggestion
column-appears = more
column-vanishes = fewer
column-before = today
column-after = new
cover-note = The bars show which share of the requests gets a suggestion. What the rules read as a request can differ too.
cover-columns = The numbers: with a suggestion / requests.
load-title = How often the same people help
load-axis = number of helpers, by how often they are suggested first
load-column = { $tasks }×
load-column-most = { $tasks }× or more
load-note =
    { $side ->
        [old] Today’s rules
       *[new] New rules
    }: { $helpers ->
        [one] 1 helper
       *[other] { $helpers } helpers
    }, the same person at most { $most ->
        [one] once
       *[other] { $most } times
    }.
list-title = Every change
list-note = Posts have only a number here, in the order in which they were written. Names and texts are not in it.
list-more = And { $count } more that are not listed here.
column-day = day
column-what = change
column-who = for whom
column-why = why
item-suggestion = Request { $request } ({ $category }): help from post { $helper }
item-exchange = Exchange between posts { $posts }
item-group = Group for { $category }: posts { $posts }
item-crisis = Emergency in post { $post }
item-referral = Referral of post { $post }: { $kind }
item-report = Report about the public space: post { $post }
rank =
    { $rank ->
        [1] first choice
        [2] second choice
       *[other] third choice
    }
moved = From { $from } to { $to }.
scored = Score { $score } of 1000.
reasons-were = What spoke for it: { $reasons }
referral-food-bank = food bank
referral-home-care = home care
referral-social-services = social services
referral-repair-shop = professional
role-Asks = a request for help
role-Gives = an offer
role-Both = a request and an offer
role-Report = a report about the public space
role-Notice = a notice
role-Closed = solved
role-Crisis = an emergency
why-request =
    { $side ->
        [old] Today’s rules read
       *[new] The new rules read
    } post { $post } as { $role }.
why-other-help =
    { $side ->
        [old] Today’s rules do not read
       *[new] The new rules do not read
    } the same kind of help in the two posts.
why-no-fit =
    { $side ->
        [old] Today’s rules find
       *[new] The new rules find
    } that they suit each other too little.
why-others-first =
    { $side ->
        [old] Today’s rules suggest
       *[new] The new rules suggest
    } others here.
how-title = How this was worked out
how-days = The posts were gone through day by day, in the order in which they were written, with the same program that makes the real suggestions. What was suggested counts on the days after, as if the concierge had not answered yet.
how-limits =
    The limits are those of { $whose ->
        [own] your configuration
       *[default] the default configuration
    }: the same helper at most { $tasks } times in four weeks, and nobody below a score of { $score }.
how-shadow = Both worked on the same posts at the same time. Posts count here that were written in these days, and older ones of which one of the two told. The concierge answers what today’s rules suggest; nobody answers the new ones. So the two drift apart: the longer they run side by side, the less a single difference says. Whether two posts suit each other was asked of both again.
how-store = Posts that their authors have taken back since do not count.
how-real = It shows what the rules would suggest, not what people make of it. A concierge always decides.
how-digests = Fingerprints
how-module = module
how-settings = settings

# Settings.
settings-head = Settings of the rules `{ $module }`, version { $version }.
settings-how = Every value here is the one that holds when it is not written. Change what must be different for you; the rest may go. Take the # from an example to use it.
settings-check = Check with: koppelaar rules check { $module } --settings FILE --language en
settings-elsewhere = Not here but in the configuration of the program, because it holds for all rules: partners, departments for reports and certificates (under [[municipality]]), and how often a helper is asked (under [matching]).
settings-allowed = Allowed: { $values }.
settings-range = A whole number from { $low } to { $high }.
settings-flag = true (yes) or false (no).
settings-most = At most { $count }.
settings-length = Each of { $low } to { $high } characters.
settings-default-none = Nothing by default.
settings-example = Example:
settings-line = line { $line }
settings-whole = the whole file
settings-hint-near = did you mean { $name }?
settings-hint-known = what exists here: { $names }
settings-hint-allowed = allowed: { $values }
settings-hint-print = `koppelaar rules settings --language en` shows every setting
fault-unknown = this setting does not exist
fault-choice = { $value } is not allowed here
fault-type =
    here stands { $value }; it must be { $wanted ->
        [integer] a whole number
        [number] a number
        [string] a text in quotes
        [array] a list in square brackets
        [object] a table
        [boolean] true or false
       *[other] something else
    }
fault-range = { $value } is not between { $low } and { $high }
fault-many = the list has { $count }; at most { $limit } are allowed
fault-twice = { $value } stands there twice
fault-length = { $value } is too short or too long; { $low } to { $high } characters are allowed
fault-missing = { $name } is missing
fault-other = does not fit the rules: { $what }
fault-syntax = the file cannot be read here: { $what }
fault-syntax-hint = look for a missing quote, bracket or comma
faults =
    { $count ->
        [one] There is 1 fault in the settings
       *[other] There are { $count } faults in the settings
    } of the rules `{ $module }`.

# Checking a module.
check-yes = Accepted: production would take these rules.
check-no =
    Refused: { $count ->
        [one] 1 thing is
       *[other] { $count } things are
    } to put right first.
check-module = module
check-size = size
check-size-value = { $kib } KiB of at most { $limit }
check-digest = digest
check-settings = settings
check-settings-default = default
check-languages = languages
check-categories = categories
check-referrals = referrals
check-tried = tried
check-tried-value = { $posts } difficult posts read, { $candidates } pairs judged, all of it { $times } times
check-same = repeatable
check-same-yes = yes: the same input always gave the same answer
check-fuel-read = fuel to read
check-fuel-assess = fuel to assess
check-memory = memory
check-headroom = { $used } of { $limit } (room for { $times } times as much)
check-tight = Note: less than three times the room that it needs.
check-sentences = Sentences that a concierge can read:
check-names = Names of the categories:
check-knows = Settings:
check-finding-unsteady = `{ $function }` does not always give the same answer to the same input
check-finding-batch = `{ $function }` gives another answer when other posts stand beside it
check-finding-with = with a post of { $post }
check-whose-author = for the author of the module
check-whose-settings = for the keeper of the settings
check-whose-operator = for the operator of this machine
check-not-tried = As long as this stands, the rest could not be checked.
