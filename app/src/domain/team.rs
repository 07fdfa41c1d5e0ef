//! The small team beside a family, and who in it does what.

use super::{
    id::Id,
    keyed,
    person::{Person, Role},
    words::{PersonName, Phone},
};

keyed! {
    /// What somebody is to one family, those to call first coming first.
    pub enum Part {
        /// The contact person the family chose.
        ContactPerson = "contact_person",
        /// The first of the adviser pair: the one way in.
        Primary = "primary",
        /// The second of the adviser pair: covers when the first is away.
        Secondary = "secondary",
        /// The family coordinator, who cannot decide.
        Coordinator = "coordinator",
        /// Steps in when both advisers are away.
        BackUp = "back_up",
    }
}

impl Part {
    /// The roles that may take this part.
    pub const fn fits(self, role: Role) -> bool {
        match self {
            Self::ContactPerson => role.advises() || matches!(role, Role::ContactPerson),
            Self::Primary | Self::Secondary | Self::BackUp => role.advises(),
            Self::Coordinator => matches!(role, Role::Coordinator),
        }
    }

    /// Answers for reading what parents tell; the parts in declared order take over from each other.
    pub const fn reads_check_ins(self) -> bool {
        !matches!(self, Self::ContactPerson)
    }
}

/// One person in a family's team.
#[derive(Clone, Debug)]
pub struct TeamMember {
    /// Who.
    pub person: Id<Person>,
    /// Their name.
    pub name: PersonName,
    /// What they are in the municipality.
    pub role: Role,
    /// What they are to the family.
    pub part: Part,
    /// Where to call them.
    pub phone: Option<Phone>,
    /// Whether there is a photo of them.
    pub photo: bool,
}

/// The one to call first: the chosen contact person, else the primary adviser, else whoever comes first.
pub fn first_to_call(team: &[TeamMember]) -> Option<&TeamMember> {
    team.iter().min_by_key(|member| member.part)
}

/// Who takes over from somebody who is away, while `away` are: the next who reads and is there.
pub fn covers<'a>(team: &'a [TeamMember], whom: Id<Person>, away: &[Id<Person>]) -> Option<&'a TeamMember> {
    let there = |member: &&TeamMember| member.person != whom && !away.contains(&member.person);
    team.iter().filter(|member| member.part.reads_check_ins()).filter(there).min_by_key(|member| member.part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::Moment;

    #[test]
    fn the_next_who_is_there_takes_over() {
        let parts = [Part::ContactPerson, Part::Primary, Part::Secondary, Part::BackUp];
        let team: Vec<TeamMember> = parts
            .into_iter()
            .map(|part| TeamMember {
                person: Id::fresh(Moment::from_seconds(0)),
                name: PersonName::stored("Bo".into()),
                role: Role::Adviser,
                part,
                phone: None,
                photo: false,
            })
            .collect();
        let over = |away: &[usize]| {
            let away: Vec<_> = away.iter().map(|at| team[*at].person).collect();
            covers(&team, team[1].person, &away).map(|member| member.part)
        };
        assert_eq!(over(&[1]), Some(Part::Secondary));
        assert_eq!(over(&[1, 2]), Some(Part::BackUp));
        assert_eq!(over(&[1, 2, 3]), None);
    }
}
