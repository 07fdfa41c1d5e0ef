//! What the invented people are called and what they say. All of it is made up here.

use app::domain::{checkin::Level, meeting::Place, person::Language, review::NextStep};

/// The same thing said in Danish and in English.
pub(super) type Said = [&'static str; 2];

/// What is said to or by somebody who reads that language.
pub(super) const fn said(said: Said, language: Language) -> &'static str {
    match language {
        Language::Danish => said[0],
        Language::English => said[1],
    }
}

pub(super) const FIRST_NAMES: &[&str] = &[
    "Aisha", "Aksel", "Albert", "Amir", "Anders", "Anton", "Asger", "Asta", "August", "Bashir", "Carla", "Clara",
    "Dilan", "Ebbe", "Elif", "Ellen", "Elliot", "Emil", "Esther", "Fatima", "Filip", "Frida", "Grace", "Hamza",
    "Hannah", "Hassan", "Helle", "Henrik", "Ida", "Ingrid", "Jakob", "Johanne", "Josefine", "Karla", "Kasper", "Lars",
    "Laura", "Leila", "Line", "Liv", "Louise", "Lærke", "Mads", "Malik", "Maria", "Marius", "Mathilde", "Mette",
    "Mikkel", "Mille", "Nadia", "Naja", "Nanna", "Nikolaj", "Olga", "Omar", "Oskar", "Peter", "Rasmus", "Rosa", "Ruth",
    "Samira", "Samuel", "Selma", "Signe", "Silje", "Sofie", "Storm", "Søren", "Tariq", "Theo", "Tilde", "Tobias",
    "Vera", "Viggo", "Viktor", "William", "Yasmin", "Yusuf", "Zahra", "Åse",
];

pub(super) const LAST_NAMES: &[&str] = &[
    "Agerhøne",
    "Askelund",
    "Birkesang",
    "Blåklokke",
    "Bøgeskygge",
    "Egebark",
    "Engsø",
    "Enghave",
    "Fjordlys",
    "Fyrreskov",
    "Gråspurv",
    "Guldregn",
    "Gyldenris",
    "Hasselnød",
    "Havblik",
    "Hedelyng",
    "Hvidtjørn",
    "Højsommer",
    "Kildevæld",
    "Klitrose",
    "Kløvermark",
    "Kornblomst",
    "Kærminde",
    "Lindeblad",
    "Lyng",
    "Lærkesang",
    "Mosebær",
    "Månelys",
    "Nattergal",
    "Pilekrat",
    "Regnvejr",
    "Rønnebær",
    "Rørsanger",
    "Sivsko",
    "Skovmærke",
    "Solsort",
    "Sommerfugl",
    "Stjernekaster",
    "Strandsand",
    "Svalerede",
    "Sølvpil",
    "Tordenvejr",
    "Vandmynte",
    "Vibeæg",
    "Vildrose",
    "Vinterhi",
];

/// Where the units are.
pub(super) const PLACES: &[&str] = &[
    "Egetoften",
    "Fjordkrogen",
    "Kirsebærvænget",
    "Lærkebakken",
    "Møllestien",
    "Nordhaven",
    "Rosengangen",
    "Skovkanten",
    "Solbakken",
    "Sydhavnen",
    "Søbredden",
    "Torvet",
    "Vesterport",
    "Vindrosen",
    "Ågården",
    "Østergård",
];

pub(super) const HOPES: &[Said] = &[
    ["At vi spiser sammen uden at have travlt.", "That we eat together without being in a hurry."],
    ["At børnene glæder sig til at komme i skole.", "That the children look forward to school."],
    ["At jeg får et arbejde, jeg kan holde til.", "That I get a job I can cope with."],
    ["At vi griner mere sammen.", "That we laugh more together."],
    ["At vi kan sige ja, når børnene spørger, om vi skal ud.", "That we can say yes when the children ask to go out."],
    ["At der er ro om aftenen.", "That evenings are calm."],
    ["At min datter får en god ven.", "That my daughter finds a good friend."],
    ["At vi ved, hvem vi skal ringe til.", "That we know whom to call."],
    ["At jeg sover godt og har kræfter om dagen.", "That I sleep well and have energy during the day."],
    ["At vi kan tage en uge i sommerhus.", "That we can take a week at the seaside."],
    ["At pengene slår til hele måneden.", "That the money lasts all month."],
    [
        "At drengene finder på noget sammen i stedet for at skændes.",
        "That the boys play together instead of quarrelling.",
    ],
    ["At jeg bliver færdig med min uddannelse.", "That I finish my training."],
    ["At vi lærer nogen at kende, hvor vi bor.", "That we get to know people where we live."],
    ["At vi fejrer fødselsdage med gæster igen.", "That we celebrate birthdays with guests again."],
    ["At børnene har deres egen plads at lave lektier.", "That the children have a place of their own for homework."],
];

pub(super) const MEETINGS: &[&str] = &[
    "Opfølgning på planen",
    "Hvordan går det hjemme?",
    "Samtale om skolen",
    "Fælles møde om de næste skridt",
    "Job og uddannelse",
    "Fritid og venner",
    "Status og kaffe",
    "Overblik over hverdagen",
];

pub(super) const TO_BRING: &[&str] = &[
    "jeres kalender",
    "brevet fra skolen",
    "de seneste regninger",
    "et billede af noget, der gik godt",
    "hvad I helst vil tale om",
    "dit cv, hvis du har et",
];

/// The rooms of a place, where it has any.
pub(super) const fn rooms(place: Place) -> Option<&'static [&'static str]> {
    match place {
        Place::Office => Some(&["Familiehuset, stuen", "Familiehuset, lokale 2", "Rådhuset, lokale 14", "Jobcaféen"]),
        Place::Elsewhere => Some(&["Biblioteket, 1. sal", "Skolens mødelokale", "Klubhuset ved banen", "Beboerhuset"]),
        Place::Home | Place::Phone | Place::Video => None,
    }
}

/// What a parent may add to a check-in.
pub(super) const fn told(level: Level) -> &'static [Said] {
    match level {
        Level::Low => &[
            ["Det har været en lang uge.", "It has been a long week."],
            ["Jeg sover ikke så godt for tiden.", "I am not sleeping so well these days."],
            ["Der er meget at tænke på lige nu.", "There is a lot to think about right now."],
            ["Jeg mangler lidt overskud.", "I am a little short of energy."],
            ["Vi har alle været syge på skift.", "We have all been ill in turn."],
            ["Jeg vil gerne tale om næste måned.", "I would like to talk about next month."],
        ],
        Level::Middle => &[
            ["Det går op og ned.", "It goes up and down."],
            ["Morgenerne er bedre, aftenerne er svære.", "Mornings are better, evenings are hard."],
            ["Jeg er træt, men vi klarer det.", "I am tired, but we manage."],
            ["Vi venter på svar om praktikken.", "We are waiting to hear about the placement."],
            [
                "Børnene har ferie, så alt er lidt anderledes.",
                "The children are on holiday, so everything is different.",
            ],
            ["Det hjalp at tale om det sidst.", "It helped to talk about it last time."],
        ],
        Level::Fine => &[
            ["Vi havde en god søndag i skoven.", "We had a good Sunday in the woods."],
            ["Jeg har været til samtale, og det gik fint.", "I went to an interview, and it went well."],
            ["Den nye aftale om morgenen virker.", "The new plan for the mornings works."],
            ["Drengene er startet til fodbold.", "The boys have started football."],
            ["Jeg sover bedre end sidst.", "I sleep better than last time."],
            ["Vi har haft gæster for første gang længe.", "We had guests for the first time in a long while."],
        ],
    }
}

/// What an adviser may add to a review.
pub(super) const fn answered(next_step: NextStep) -> &'static [Said] {
    match next_step {
        NextStep::Call => &[
            [
                "Tak, fordi du fortalte det. Jeg ringer i eftermiddag.",
                "Thank you for telling. I will call this afternoon.",
            ],
            [
                "Tak for dit svar. Jeg ringer i morgen formiddag.",
                "Thank you for your answer. I will call tomorrow morning.",
            ],
            ["Jeg har læst det. Lad os tale sammen i telefonen.", "I have read it. Let us talk on the phone."],
        ],
        NextStep::Meeting => &[
            ["Tak. Jeg finder en tid, hvor vi kan ses.", "Thank you. I will find a time for us to meet."],
            ["Lad os mødes og drikke en kop kaffe.", "Let us meet over a cup of coffee."],
        ],
        NextStep::AtNextMeeting => &[
            [
                "Tak for dit svar. Vi tager det op, næste gang vi ses.",
                "Thank you. We will take it up when we meet next.",
            ],
            [
                "Godt at høre fra dig. Vi taler om det på mødet.",
                "Good to hear from you. We will talk about it at the meeting.",
            ],
        ],
        NextStep::Nothing => &[
            ["Dejligt at læse. Godt gået!", "Lovely to read. Well done!"],
            ["Tak for dit svar. Hav en god uge.", "Thank you for your answer. Have a good week."],
        ],
    }
}
