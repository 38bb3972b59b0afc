//! What is looked for in the log: which kind of action, by whom, when, about which case.

use egui::{Key, Ui};
use fovea_editor::{AuditCommand, AuditFilter, AuditTopic, Command, State};

use crate::calendar::day_utc_us;
use crate::theme::space;
use crate::widgets::{ActionButton, Urgency, check_box, choice, note, soft, text_field};

const NAME_WIDTH: f32 = 190.0;
const DAY_WIDTH: f32 = 116.0;
const US_PER_DAY: i64 = 86_400_000_000;
const TOPICS: [(AuditTopic, &str); 8] = [
    (AuditTopic::Everything, "Everything"),
    (AuditTopic::SignIns, "Sign-ins"),
    (AuditTopic::Accounts, "Accounts"),
    (AuditTopic::Cases, "Cases"),
    (AuditTopic::Labels, "Labels"),
    (AuditTopic::Reviews, "Reviews"),
    (AuditTopic::Runs, "Runs"),
    (AuditTopic::Upkeep, "Upkeep"),
];

/// What is typed.
#[derive(Default)]
pub(in crate::dialogs::server) struct FindForm {
    actor: String,
    from: String,
    to: String,
}

impl FindForm {
    /// What is looked for; `None` where a day is no day.
    fn filter(&self, now: &AuditFilter) -> Option<AuditFilter> {
        let day = |text: &str| match text.trim() {
            "" => Some(None),
            day => day_utc_us(day).map(Some),
        };
        Some(AuditFilter {
            actor: self.actor.trim().to_owned(),
            since_us: day(&self.from)?,
            // The last day is meant as a whole.
            until_us: day(&self.to)?.map(|day_us| day_us + US_PER_DAY),
            ..now.clone()
        })
    }
}

/// Draws it.
pub(super) fn show(ui: &mut Ui, form: &mut FindForm, state: &State, commands: &mut Vec<Command>) {
    let now = &state.audit.filter;
    ui.add_space(space::S);
    let topic = choice(ui, &TOPICS, Some(now.topic));
    ui.add_space(space::XS);
    let mut is_asked = false;
    let mut case = now.case;
    ui.horizontal_wrapped(|ui| {
        is_asked = fields(ui, form);
        let wanted = form.filter(now);
        let is_new = wanted.is_some_and(|wanted| wanted != *now);
        is_asked |= ui
            .add(ActionButton::words("Find").enabled(is_new))
            .clicked();
        let open = state.case.as_ref().map(|case| case.summary.id);
        ui.add_enabled_ui(open.is_some(), |ui| {
            ui.set_max_width(160.0);
            if let Some(only) = check_box(ui, now.case.is_some(), "Only the open case") {
                case = open.filter(|_| only);
            }
        });
    });
    let Some(wanted) = form.filter(now) else {
        note(ui, Urgency::Look, "A day is written like 2026-11-23.");
        return;
    };
    if is_asked || topic.is_some() || case != now.case {
        let filter = AuditFilter {
            topic: topic.unwrap_or(now.topic),
            case,
            ..wanted
        };
        commands.push(Command::Audit(AuditCommand::Find(filter)));
    }
}

/// The fields; true when Enter was pressed in one.
fn fields(ui: &mut Ui, form: &mut FindForm) -> bool {
    let mut is_entered = false;
    for (words, text, name, hint, width) in [
        (
            "Who",
            &mut form.actor,
            "Account that did it",
            "name of an account",
            NAME_WIDTH,
        ),
        ("from", &mut form.from, "First day", "2026-11-01", DAY_WIDTH),
        ("to", &mut form.to, "Last day", "2026-11-30", DAY_WIDTH),
    ] {
        soft(ui, words);
        let field = text_field(ui, text, name, hint, width);
        is_entered |= field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    }
    is_entered
}
