//! Who may see what: one pure rule, asked by every store function through its `Access`.

use super::{consent::Item, keyed, team::Part};

keyed! {
    /// Why somebody looks at a family's data. Written to the access log with every look.
    pub enum Purpose {
        /// A member of the family uses its own pages.
        OwnPages = "own_pages",
        /// A contact person looks at what the family shared.
        Shared = "shared",
        /// Staff look at their list of families.
        FamilyList = "family_list",
        /// Staff look at a family's page.
        FamilyPage = "family_page",
        /// Staff work on a family's plan.
        Plan = "plan",
        /// Staff look through their inbox.
        Inbox = "inbox",
        /// Staff read a check-in.
        CheckIn = "check_in",
        /// Staff note what they measured or believe.
        Record = "record",
        /// Staff go through their families at a team meeting.
        TeamMeeting = "team_meeting",
        /// Staff plan a meeting or look at one.
        Meeting = "meeting",
        /// Staff call somebody about a meeting.
        Call = "call",
        /// Somebody's calendar program reads the meetings they take part in.
        Calendar = "calendar",
        /// A family's check-ins are written to a file.
        Export = "export",
        /// Staff invite a person to sign in.
        Invite = "invite",
        /// Somebody becomes, or stops being, the family's contact person.
        ContactPerson = "contact_person",
        /// Staff point to plans that others own.
        SectorPlans = "sector_plans",
        /// Staff look at a family's children: who decides over them, and what is known of them.
        Children = "children",
        /// Counts over the whole group; no family is seen.
        Numbers = "numbers",
        /// Staff and settings are administered; no family is seen.
        Administration = "administration",
    }
}

keyed! {
    /// What a viewer is to the family whose data is asked for.
    pub enum Relation {
        /// A parent of the family.
        Parent = "parent",
        /// Its contact person.
        ContactPerson = "contact_person",
        /// Its primary adviser.
        Primary = "primary",
        /// Its secondary adviser.
        Secondary = "secondary",
        /// Its coordinator.
        Coordinator = "coordinator",
        /// The adviser who steps in.
        BackUp = "back_up",
        /// Somebody who advises in the municipality, with something of this family in the inbox because nobody who
        /// reads for it is there.
        StandIn = "stand_in",
        /// Whoever runs a command of the program on the server's own machine.
        Console = "console",
    }
}

impl Relation {
    /// Whether they may decide on help a family asks for, and write down who decides over a child. A coordinator has no
    /// authority to decide.
    pub const fn decides(self) -> bool {
        matches!(self, Self::Primary | Self::Secondary | Self::BackUp)
    }
}

impl From<Part> for Relation {
    fn from(part: Part) -> Self {
        match part {
            Part::ContactPerson => Self::ContactPerson,
            Part::Primary => Self::Primary,
            Part::Secondary => Self::Secondary,
            Part::Coordinator => Self::Coordinator,
            Part::BackUp => Self::BackUp,
        }
    }
}

/// One kind of family data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// What the family is called.
    Name,
    /// The family's people.
    People,
    /// Its team.
    Team,
    /// Its hopes.
    Hopes,
    /// Its goals.
    Goals,
    /// The steps of its goals.
    Steps,
    /// Its meetings.
    Meetings,
    /// The viewer's own check-ins.
    OwnCheckIns,
    /// The viewer's own notes, which nobody else sees.
    OwnNotes,
    /// Check-ins of the parents.
    CheckIns,
    /// Invitations to sign in.
    Invitations,
    /// What the team agreed on at its meetings.
    Agreements,
    /// Who looked at the family's data.
    Looks,
    /// What changed in the plan, what is proposed, and the help asked for.
    PlanChanges,
    /// What it shares with whom.
    Consents,
    /// Who is to be its contact person.
    ContactPerson,
    /// Where the plans are that others own.
    SectorPlans,
    /// What parents told about themselves, and share.
    SharedCheckIns,
    /// What parents told about a child, and share.
    SharedChildren,
    /// Notes that parents share.
    SharedNotes,
    /// Who decides over its children, and whose address is told to nobody.
    Rights,
    /// What the viewer's own rights for its children are.
    OwnRights,
    /// What its children said, in their own words.
    ChildWords,
    /// What its children said that is opened to the viewer.
    OpenedWords,
}

/// Whether a viewer standing in `relation` to a family may see `subject`, given what the family shared with them.
pub fn may_see(relation: Relation, subject: Subject, shared: &[Item]) -> bool {
    use Subject::{
        Agreements, CheckIns, ChildWords, Consents, ContactPerson, Goals, Hopes, Invitations, Looks, Meetings, Name,
        OpenedWords, OwnCheckIns, OwnNotes, OwnRights, People, PlanChanges, Rights, SectorPlans, SharedCheckIns,
        SharedChildren, SharedNotes, Steps, Team,
    };
    match relation {
        Relation::Parent => {
            matches!(
                subject,
                Name | Team
                    | Hopes
                    | Goals
                    | Steps
                    | Meetings
                    | OwnCheckIns
                    | OwnNotes
                    | Looks
                    | Consents
                    | ContactPerson
                    | SectorPlans
                    | PlanChanges
                    | OwnRights
                    | OpenedWords
            )
        }
        Relation::ContactPerson => match subject {
            Name => !shared.is_empty(),
            Meetings => shared.contains(&Item::Meetings),
            Goals => shared.contains(&Item::Goals),
            Steps => shared.contains(&Item::Steps),
            SharedCheckIns => shared.contains(&Item::CheckIns),
            SharedChildren => shared.contains(&Item::Child),
            SharedNotes => shared.contains(&Item::Notes),
            _ => false,
        },
        Relation::Primary | Relation::Secondary | Relation::Coordinator | Relation::BackUp => {
            matches!(
                subject,
                Name | People
                    | Team
                    | Hopes
                    | Goals
                    | Steps
                    | Meetings
                    | CheckIns
                    | Invitations
                    | Agreements
                    | PlanChanges
                    | ContactPerson
                    | SectorPlans
                    | Rights
                    | ChildWords
            )
        }
        Relation::StandIn => matches!(subject, Name | Team | CheckIns),
        Relation::Console => matches!(subject, Name | People | CheckIns),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_person_sees_what_is_shared_and_nothing_else() {
        use Subject::{
            Agreements, CheckIns, ChildWords, Consents, ContactPerson, Goals, Hopes, Invitations, Looks, Meetings,
            Name, OpenedWords, OwnCheckIns, OwnNotes, OwnRights, People, PlanChanges, Rights, SectorPlans,
            SharedCheckIns, SharedChildren, SharedNotes, Steps, Team,
        };
        let everything = [
            Name,
            People,
            Team,
            Hopes,
            Goals,
            Steps,
            Meetings,
            OwnCheckIns,
            OwnNotes,
            CheckIns,
            Invitations,
            Agreements,
            Looks,
            PlanChanges,
            Consents,
            ContactPerson,
            SectorPlans,
            SharedCheckIns,
            SharedChildren,
            SharedNotes,
            Rights,
            OwnRights,
            ChildWords,
            OpenedWords,
        ];
        let seen = |shared: &[Item]| -> Vec<Subject> {
            everything.into_iter().filter(|subject| may_see(Relation::ContactPerson, *subject, shared)).collect()
        };
        assert_eq!(seen(&[]), []);
        assert_eq!(seen(&[Item::Meetings]), [Name, Meetings]);
        assert_eq!(seen(&[Item::Goals, Item::Steps]), [Name, Goals, Steps]);
        assert_eq!(seen(&[Item::CheckIns]), [Name, SharedCheckIns]);
        assert_eq!(seen(&[Item::Child, Item::Notes]), [Name, SharedChildren, SharedNotes]);
    }

    #[test]
    fn parents_never_see_each_others_check_ins_and_staff_never_answer_for_them() {
        assert!(!may_see(Relation::Parent, Subject::CheckIns, Item::ALL));
        assert!(!may_see(Relation::Primary, Subject::OwnCheckIns, &[]));
    }

    #[test]
    fn what_a_parent_shares_of_their_own_is_for_the_contact_person_alone() {
        for subject in [Subject::SharedCheckIns, Subject::SharedChildren, Subject::SharedNotes] {
            let readers: Vec<_> =
                Relation::ALL.iter().filter(|relation| may_see(**relation, subject, Item::ALL)).collect();
            assert_eq!(readers, [&Relation::ContactPerson], "{subject:?}");
        }
    }

    #[test]
    fn what_the_team_agreed_on_who_decides_and_what_children_said_is_for_those_who_read_for_the_family() {
        for subject in [Subject::Agreements, Subject::Rights, Subject::ChildWords] {
            let readers: Vec<_> =
                Relation::ALL.iter().filter(|relation| may_see(**relation, subject, Item::ALL)).collect();
            assert_eq!(readers, [&Relation::Primary, &Relation::Secondary, &Relation::Coordinator, &Relation::BackUp]);
        }
    }

    #[test]
    fn what_is_a_parents_own_or_opened_to_one_and_who_looked_are_for_parents_alone() {
        for subject in [Subject::OwnNotes, Subject::OwnRights, Subject::OpenedWords, Subject::Looks, Subject::Consents]
        {
            let readers: Vec<_> =
                Relation::ALL.iter().filter(|relation| may_see(**relation, subject, Item::ALL)).collect();
            assert_eq!(readers, [&Relation::Parent], "{subject:?}");
        }
    }
}
