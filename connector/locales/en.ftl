# Every word that an English-speaking concierge reads.
# Short sentences, everyday words. $country is BE or NL. A number is how a suggestion is answered.

date =
    { $weekday ->
        [1] Monday
        [2] Tuesday
        [3] Wednesday
        [4] Thursday
        [5] Friday
        [6] Saturday
       *[7] Sunday
    } { $day } { $month ->
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
    }
list = { $before } and { $last }
nameless = a neighbour
wrote = { $name } wrote on { $date }:
because = Why this fits:
because-pair = Why { $helper } can help { $name } well:
passed-over =
    { $cause ->
        [tasks] { $name } may fit even better, but was already suggested { $times ->
            [once] once
           *[other] { $times } times
        } in the last four weeks.
        [elsewhere] { $name } may fit even better, but is in another suggestion already.
        [exchange] { $name } may fit even better, but is in a suggestion to help each other already.
        [condition] { $name } may fit even better, but wants help in return.
        [familiar] { $name } may fit even better, but { $helper } has helped here before.
       *[declined] { $name } was suggested for this before. The answer was no.
    }

placeholder-phone = [phone number]
placeholder-email = [e-mail address]
placeholder-link = [link]
placeholder-iban = [account number]
placeholder-address = [address]

suggestion-head = Suggestion { $number }: { $need }
suggestion-urgent = This is urgent. Could you look at it today?
suggestion-helper = Maybe { $helper } can help.
suggestion-alternates = If { $helper } cannot, you could also ask here:
suggestion-referral =
    { $service ->
        [food-bank] { $country ->
            [BE] For { $name }, think of the food bank or the OCMW/CPAS too.
           *[NL] For { $name }, think of the food bank (voedselbank) or the wijkteam too.
        }
        [home-care] For { $name }, think of home care too.
        [social-services] { $country ->
            [BE] For { $name }, think of the OCMW/CPAS too.
           *[NL] For { $name }, think of the wijkteam too.
        }
        [repair-shop] Part of this is work for a professional. A neighbour should not do anything dangerous.
       *[other] There may be a service that can help { $name } too.
    }

first-check =
    { $matter ->
        [childcare] First check: this is about children. Meet { $helper } first. The parents should meet { $helper } first too.
        [care] First check: this is about personal care, such as washing. Meet { $helper } first. Agree clearly on what is possible and what is work for a nurse.
       *[company] First check: this is about company, often for somebody who is alone. Meet { $helper } first and go along the first time.
    }
certificate-document =
    { $country ->
        [BE] { $matter ->
            [childcare] Ask { $helper } for a criminal record extract too (model 2, for contact with children).
           *[company] Ask { $helper } for a criminal record extract too.
        }
       *[NL] Ask { $helper } for a certificate of conduct (VOG) too.
    }
certificate-tick = Have you seen it? Answer certificate { $numbers }.
certificate-seen = The certificate of { $helper } is ticked already.

certificate-head = Number { $number }: first the certificate of { $helper }
certificate-why = In your municipality I may only suggest { $helper } for this once you have seen the certificate.
answer-certificate =
    Answer with:
    certificate { $number } = I have seen the certificate
    no { $number } = I will not ask for it
certificate-waits = Number { $number } is about the certificate of { $helper }. Write certificate { $number } if you have seen it, or no { $number } if you will not ask for it.
certificate-declined = All right. Without a certificate I will not suggest { $helper } for children, care or company. Do you see it later after all? Then write certificate { $number }.
certificate-noted = Noted: you have seen the certificate of { $helper }. I keep this tick only, never the document. A mistake? Write certificate { $numbers } undo.
certificate-taken-back = Noted: the certificate of { $helper } is not ticked. To tick it, write certificate { $numbers }.
apart-noted = Noted: I will not bring { $names } together again, not for another request either. A mistake? Write block { $numbers } undo.
apart-taken-back = Noted: { $names } may be in one suggestion again.
which-people = This is how I count the people in number { $number }:
which-certificate = Whose certificate have you seen? Write certificate, the number, and that person's figure. For the first it is certificate { $number } 1.
which-helper = Who should not meet the one who asks again? Write block, the number, and the helper's figure. For the first it is block { $number } 1.
which-pair = Whom do you want to keep apart? Write block, the number, and the figures of two people. For the first two it is block { $number } 1 2.

answer-pair =
    Answer with:
    { $number } = yes, I will bring them together
    no { $number } = no, not these two
    ? { $number } = why this suggestion?
answer-several =
    Answer with:
    { $number } = yes, I will bring them together
    no { $number } = no, not this one
    ? { $number } = why this suggestion?
answer-explained = You decide. Answer { $number } for yes, or no { $number } for no.

exchange-head = Suggestion { $number }: { $names } can help each other.
exchange-plan = This is how:
exchange-step = - { $helper } helps { $name } ({ $give })
exchange-all = This only works if everybody joins in.
exchange-member = Asks for: { $need }. Gives: { $give }.

group-head = Suggestion { $number }: { $count } neighbours ask for the same thing ({ $need }). Together it may be easier.
group-others = { $names } ask for this too.
group-plan = You could ask them if they want to do this together, and who would like to help arrange it.

referral-head = { $name } needs more than a neighbour can give.
referral-advice =
    { $service ->
        [food-bank] { $country ->
            [BE] There may be too little money for food. Bring { $name } into contact with the food bank or the OCMW/CPAS. This can be done in confidence.
           *[NL] There may be too little money for food. Bring { $name } into contact with the food bank (voedselbank) or the wijkteam. This can be done in confidence.
        }
        [home-care] { $country ->
            [BE] This is work for home care. Look with { $name } at who can come. The doctor or the health insurance fund can help to choose.
           *[NL] This is work for home care (thuiszorg). Look with { $name } at who can come. The doctor or the wijkteam can help to choose.
        }
        [social-services] { $country ->
            [BE] Bring { $name } into contact with the OCMW/CPAS. Maybe you can go together: the first step is often hard.
           *[NL] Bring { $name } into contact with the wijkteam. Maybe you can go together: the first step is often hard.
        }
        [repair-shop] This work is too dangerous for a neighbour. Help { $name } to find a qualified professional.
       *[other] Look with { $name } at which service can help best.
    }
contact = Contact: { $service }, { $contact }
no-answer-needed = You do not need to answer this.

report-head = { $name } reports that something is wrong in the neighbourhood.
report-advice =
    { $country ->
        [BE] This is work for the municipality, not for a neighbour. Could you tell the right department? Then let { $name } know that you did.
       *[NL] This is work for the municipality (gemeente), not for a neighbour. Could you tell the right department? Then let { $name } know that you did.
    }
report-department =
    { $country ->
        [BE] This is work for the municipality, not for a neighbour. Could you tell this department? Then let { $name } know that you did.
       *[NL] This is work for the municipality (gemeente), not for a neighbour. Could you tell this department? Then let { $name } know that you did.
    }

crisis-head = Urgent: somebody may be in danger. Please read this message from { $name } now.
crisis-advice = Get in touch with { $name } yourself, right away if you can, and listen. Look in the message first whether it is safe to call or to go there. Is there danger right now? Call 112.
crisis-lines =
    { $country ->
        [BE]
            You can ask for advice here. You can pass these numbers on too:
            - Suicide prevention: 1813 (Dutch) or 0800 32 123 (French)
            - Violence or abuse: 1712 (Dutch) or 0800 30 030 (French)
            - Somebody to talk to: 106 (Dutch) or 107 (French)
            - Children: 102 (Dutch) or 103 (French)
       *[NL]
            You can ask for advice here. You can pass these numbers on too:
            - Suicide prevention: 113 or 0800-0113
            - Violence at home (Veilig Thuis): 0800-2000
            - Children (Kindertelefoon): 0800-0432
    }
crisis-limits = I am not looking for a neighbour for this. I am a computer program and I can be wrong. You can judge this better.

accepted = Good! Suggestion { $number } is yours: { $names }.
accepted-next =
    What to do next:
    - Ask each of them if it is all right. Only then pass on names or numbers.
    - Bring them together to get to know each other.
    - Agree on what will be done, when, and who brings materials and tools.
declined = All right, suggestion { $number } will not go ahead. Thank you for your answer.
declined-search = All right, suggestion { $number } will not go ahead. If I find somebody else, I will write to you.
declined-apart = Should these two never be in one suggestion again? Write block { $number }.
explained-head = About suggestion { $number }: { $helper } for { $name }.
fit-very-well = I think this fits very well.
fit-well = I think this fits well.
fit-maybe = This could fit, but I am less sure.
already-decided = You have already answered suggestion { $number }. Nothing changes.
unknown-number = I do not know suggestion { $number }.
open-numbers = These suggestions still wait for an answer: { $numbers }.
nothing-open = No suggestion is waiting for an answer. When there is news, I will write to you.
paused = All right, I will not send you suggestions. Write start when you want them again.
resumed = Good to have you back. You will get suggestions again.
help = I did not quite understand that. Write the number of a suggestion for yes, no and the number for no, or ? and the number for an explanation. Write stop if you do not want suggestions.
help-notes =
    You can also have something noted. For suggestion 2 it is:
    certificate 2 = I have seen the helper's certificate
    block 2 = never bring these people together again
    When there are more people, I count them as in the message: certificate 2 3 is that of the third helper, block 2 1 3 keeps the first and the third of a group apart. Write undo behind it to take it back.
lapsed-request = Suggestion { $number } no longer holds: the request is not open any more. Have you spoken to somebody about it? Then please tell them that it is off. If not, there is nothing to do.
lapsed-helper = Suggestion { $number } no longer holds: the offer is not open any more. Have you spoken to somebody about it? Then please tell them that it is off. If not, there is nothing to do.
lapsed-apart = Suggestion { $number } no longer holds: it is noted that people in it do not meet any more. Have you spoken to somebody about it? Then please tell them that it is off. If not, there is nothing to do.
lapsed-certificate = Suggestion { $number } no longer holds: the helper's certificate is not ticked. Have you spoken to somebody about it? Then please tell them that it is off. If not, there is nothing to do.
