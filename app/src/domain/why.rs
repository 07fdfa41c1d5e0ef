//! Why something typed cannot be taken.

/// The reason a typed value is refused. A code only: the sentence for a person comes from `text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nothing was typed where something is needed.
    Empty,
    /// More characters than the limit named.
    TooLong(usize),
    /// Contains characters that are not text, such as control characters.
    NotText,
    /// Not one of the values offered.
    Unknown,
    /// Not a number where one is needed.
    NotANumber,
    /// A number below the first or above the second.
    NotWithin(u64, u64),
    /// Outside the range the instrument or the field allows.
    OutOfRange,
    /// No answer was chosen.
    Unanswered,
    /// The questions have changed since they were shown.
    Outdated,
    /// As many goals are worked on as fit; another has to wait first.
    EnoughGoals,
    /// A promise needs a day by which it is kept.
    NoDay,
    /// A day that has passed already.
    Past,
    /// Too far ahead.
    TooFar,
    /// The end comes before the beginning.
    EndsFirst,
    /// A call was promised, so "nothing" is no next step.
    CallPromised,
    /// The same field came more than once.
    Twice,
    /// Not a date that exists.
    NoSuchDate,
    /// Not a time that exists on that day, for example while the clocks go forward.
    NoSuchTime,
    /// Not a telephone number: digits, spaces and one leading plus; 8 to 15 digits (ITU-T E.164).
    NotAPhone,
    /// Not four to eight digits.
    NotACode,
    /// A code that anybody would try first.
    EasyCode,
    /// Not the same as what was typed before.
    NotTheSame,
    /// Not a web address that begins with `https://`.
    NotAnAddress,
    /// Not a JPEG, PNG or WebP picture of a size we take.
    NotAPicture,
    /// Not a device at a push service we send to.
    NoDevice,
    /// Not an e-mail address.
    NotAnEmail,
    /// More megabytes than the limit named.
    TooManyBytes(usize),
    /// Not a calendar file.
    NotACalendar,
    /// A calendar with nothing in it.
    NoMeetings,
    /// More in a calendar than is read at once.
    TooManyEvents,
    /// An event that takes whole days.
    AllDay,
    /// A zone that is known neither by its name nor described.
    UnknownZone,
    /// A rule to repeat by that is not followed.
    UnknownRepeat,
    /// An event that ends before it begins.
    EndsBeforeStart,
    /// An event shorter than five minutes or longer than a day.
    NotSoLong,
    /// An event whose time has passed.
    Over,
    /// An event that was written by this plan.
    FromHere,
    /// An event that is cancelled, of which there is no meeting.
    CancelledThere,
    /// A meeting that was cancelled here.
    CancelledHere,
    /// A file older than what was taken before.
    OlderFile,
    /// Nothing was chosen where something must be.
    NothingChosen,
    /// More lines than the limit named.
    TooManyLines(usize),
    /// A number or an address without a word of what it is.
    NoWords,
    /// Somebody walks beside families, and would not any more.
    HasFamilies,
    /// Nobody of their role can have a part beside that family now.
    NoSeat,
    /// Something of that name is there already.
    NameTaken,
}
