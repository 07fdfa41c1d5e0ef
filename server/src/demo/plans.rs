//! The goals families have, and the small steps towards them. All of it is made up here.

use app::domain::plan::Area;

/// A goal and the small steps towards it.
pub(super) struct Plan {
    pub(super) area: Area,
    pub(super) title: &'static str,
    pub(super) steps: &'static [&'static str],
}

const fn plan(area: Area, title: &'static str, steps: &'static [&'static str]) -> Plan {
    Plan { area, title, steps }
}

pub(super) const GOALS: &[Plan] = &[
    plan(
        Area::EverydayLife,
        "Vi kommer godt ud ad døren om morgenen",
        &[
            "Læg tøjet frem om aftenen",
            "Pak taskerne før aftensmaden",
            "Stå op et kvarter før",
            "Gå hjemmefra kl. 7.40",
        ],
    ),
    plan(
        Area::EverydayLife,
        "Vi spiser aftensmad sammen fire dage om ugen",
        &["Vælg tre nemme retter", "Lav en indkøbsliste om søndagen", "Lad børnene dække bord"],
    ),
    plan(
        Area::EverydayLife,
        "Børnene sover kl. 20",
        &["Sluk skærmen kl. 19", "Læs en historie hver aften", "Skriv ned, hvordan det gik i en uge"],
    ),
    plan(
        Area::Money,
        "Vi har styr på regningerne",
        &[
            "Saml alle breve i én mappe",
            "Skriv de faste udgifter ned",
            "Tal med gældsrådgiveren",
            "Lav en aftale om at betale af",
        ],
    ),
    plan(
        Area::Money,
        "Vi lægger lidt til side hver måned",
        &["Find én ting, vi kan undvære", "Opret en konto til opsparing", "Flyt 100 kr. den første i måneden"],
    ),
    plan(
        Area::Work,
        "Jeg finder et job på 15 timer om ugen",
        &["Skriv ned, hvad jeg er god til", "Lav et cv sammen med Jobcaféen", "Besøg en arbejdsplads", "Søg ét job"],
    ),
    plan(
        Area::Work,
        "Jeg starter i praktik",
        &["Vælg to steder, jeg har lyst til", "Ring til det ene sted", "Prøv busturen", "Aftal den første dag"],
    ),
    plan(
        Area::Work,
        "Jeg begynder på en uddannelse",
        &["Tal med en vejleder", "Besøg skolen", "Find ud af, hvad det koster", "Send ansøgningen"],
    ),
    plan(
        Area::School,
        "Vores datter kommer i skole hver dag",
        &["Aftal med læreren, hvem der tager imod", "Gå sammen til skole i en uge", "Ring til skolen om fredagen"],
    ),
    plan(
        Area::School,
        "Lektierne er lavet før aftensmaden",
        &["Find et fast sted at sidde", "Besøg lektiecaféen", "Sæt et kvarter af hver dag"],
    ),
    plan(
        Area::School,
        "Den mindste er tryg i børnehaven",
        &["Tag billeder af børnehaven med hjem", "Kom ti minutter før", "Aftal en fast voksen om morgenen"],
    ),
    plan(
        Area::Leisure,
        "Børnene går til noget, de selv har valgt",
        &["Se tre klubber på nettet", "Gå til en prøvetime", "Søg om hjælp til kontingentet", "Find nogen at køre med"],
    ),
    plan(
        Area::Leisure,
        "Vi tager på tur én gang om måneden",
        &["Vælg et sted, der er gratis", "Lav madpakker sammen", "Tag et billede til køleskabet"],
    ),
    plan(
        Area::YouthJob,
        "Den ældste får et fritidsjob",
        &["Spørg i den nærmeste butik", "Skriv en kort ansøgning", "Øv samtalen derhjemme"],
    ),
    plan(
        Area::YouthJob,
        "Den ældste tjener selv til en cykel",
        &["Find en plads som avisbud", "Prøv ruten sammen", "Sæt et mål for opsparingen"],
    ),
    plan(
        Area::Health,
        "Vi bevæger os hver dag",
        &["Gå en tur efter maden", "Tag cyklen på kortere ture", "Prøv svømmehallen"],
    ),
    plan(
        Area::Health,
        "Jeg sover bedre",
        &["Læg telefonen i køkkenet om natten", "Bestil en tid hos lægen", "Stå op på samme tid i en uge"],
    ),
    plan(
        Area::Network,
        "Vi har nogen at ringe til",
        &["Skriv fem navne ned", "Inviter én på kaffe", "Besøg caféen i beboerhuset"],
    ),
    plan(
        Area::Network,
        "Vi ser bedsteforældrene oftere",
        &["Aftal en fast søndag", "Lad børnene ringe op", "Planlæg en overnatning"],
    ),
];
