//! What can be filled in and sent back: text columns, so that no number loses its zeros or its last digits; a choice where
//! only some words are understood; one made-up row, which is never taken for a student's.

use domain::batch::Batch;
use domain::grant_sheet;
use domain::rights::Actor;
use domain::roster::{ADVISORS, headings};
use domain::text::Lang;
use domain::university::{FactKind, University};
use edge::Problem;
use rust_xlsxwriter::{DataValidation, Format, FormatBorder, Formula, Workbook, Worksheet, XlsxError};

/// As many rows have text columns and choices.
const ROWS: u32 = 5_000;
/// The most characters of a list of choices that stands in a sheet itself.
const MOST_INLINE: usize = 250;

/// A sheet to be filled in.
pub(crate) struct Template {
    names: Names,
    columns: Vec<Column>,
}

/// What its sheets are called: itself, and the one with its choices.
struct Names {
    own: &'static str,
    choices: &'static str,
}

fn names_of(zh: &'static str, en: &'static str, lang: Lang) -> Names {
    match lang {
        Lang::Zh => Names { own: zh, choices: "选项" },
        Lang::En => Names { own: en, choices: "Choices" },
    }
}

/// An amount with as many digits behind the point as the currency has.
fn example_of(digits: u8) -> String {
    match digits {
        0 => "12".to_owned(),
        digits => format!("12.{:0<1$}", 5, usize::from(digits)),
    }
}

/// One of its columns.
struct Column {
    heading: String,
    /// What the made-up row says in it.
    example: String,
    /// What is understood, if it isn't any text.
    choices: Vec<String>,
    required: bool,
}

impl Column {
    fn new(heading: impl Into<String>, example: impl Into<String>) -> Self {
        Self { heading: heading.into(), example: example.into(), choices: Vec::new(), required: false }
    }
}

/// The roster's, with the university's own columns.
pub(crate) fn roster(university: &University, actor: &Actor) -> Result<Template, Problem> {
    actor.may_import_rosters()?;
    let first = university.first_language();
    let headings = headings(university);
    let kinds = university.people();
    let column = |column: &domain::header::Column<'_>| {
        let fact = university.facts().iter().find(|fact| fact.id.as_str() == column.id);
        // The first kind has the column of every university's roster.
        let kind = kinds.iter().skip(1).find(|people| people.id.as_str() == column.id);
        let kind = if column.id == ADVISORS { kinds.first() } else { kind };
        let usual = |name: &&&str| name.is_ascii() == (first == Lang::En);
        let usual = column.names.iter().find(usual).or(column.names.first()).copied().unwrap_or(column.id);
        let heading = match (fact, kind, university.college()) {
            (Some(fact), ..) => fact.name.of(first),
            // The heading that there is stays where it says the same with a word more.
            (None, Some(kind), _) if usual.contains(kind.name.of(first)) => usual,
            (None, Some(kind), _) => kind.name.of(first),
            (None, None, Some(college)) if column.id == "college" => college.of(first),
            (None, None, _) => usual,
        }
        .to_owned();
        let people = kind.is_some();
        let choices: Vec<String> = match fact.map(|fact| &fact.kind) {
            Some(FactKind::Words(values)) => {
                values.iter().map(|value| value.name.of(first).to_owned()).collect()
            }
            Some(FactKind::YesNo) if first == Lang::Zh => vec!["是".to_owned(), "否".to_owned()],
            Some(FactKind::YesNo) => vec!["yes".to_owned(), "no".to_owned()],
            _ => Vec::new(),
        };
        let example = choices.first().cloned().unwrap_or_else(|| match column.id {
            ADVISORS => "20080001;20080002".to_owned(),
            _ if people => "20080001".to_owned(),
            "student_id" => if first == Lang::Zh { "例：20150000001" } else { "e.g. 20150000001" }.to_owned(),
            "birth_date" => "1993-05-06".to_owned(),
            "phone" if first == Lang::Zh => "13800000000".to_owned(),
            "email" => "name@example.edu".to_owned(),
            "id_number" if first == Lang::Zh => "11010119930506002X".to_owned(),
            _ => String::new(),
        });
        Column { choices, required: column.required, ..Column::new(heading, example) }
    };
    // Where nobody has people of their own, nobody is asked for them.
    let asked = |column: &&domain::header::Column<'_>| column.id != ADVISORS || !kinds.is_empty();
    let columns = headings.columns().iter().filter(asked).map(column).collect();
    Ok(Template { names: names_of("名册", "Roster", first), columns })
}

/// An office's list.
pub(crate) fn list(batch: &Batch, actor: &Actor, lang: Lang) -> Result<Template, Problem> {
    actor.may_use_lists()?;
    let currency = batch.university().currency();
    let (amount, example) = (&currency.code, example_of(currency.digits));
    let columns = match lang {
        Lang::Zh => vec![
            Column { required: true, ..Column::new("学号", "例：20150000001") },
            Column::new("姓名", "王小明"),
            Column::new(format!("金额（{amount}）"), example),
            Column::new("原因", "《红楼梦》未还"),
        ],
        Lang::En => vec![
            Column { required: true, ..Column::new("Student number", "e.g. 20150000001") },
            Column::new("Name", "Jane Doe"),
            Column::new(format!("Amount ({amount})"), example),
            Column::new("Reason", "a book not returned"),
        ],
    };
    Ok(Template { names: names_of("名单", "List", lang), columns })
}

/// The sheet of rights.
pub(crate) fn rights(batch: &Batch, actor: &Actor, lang: Lang) -> Result<Template, Problem> {
    actor.may_grant()?;
    let offices = batch.offices().map(|office| office.name.of(lang).to_owned()).collect();
    let college = batch.university().college().map(|name| name.of(lang));
    let columns = grant_sheet::COLUMNS.map(|(id, name, _)| {
        let (name, example) = match (id, lang) {
            ("id", Lang::Zh) => (name, "例：20080001"),
            ("name", Lang::Zh) => (name, "马老师"),
            ("colleges", Lang::Zh) => (college.unwrap_or(name), "全部"),
            (_, Lang::Zh) => (name, ""),
            ("id", Lang::En) => ("Staff number", "e.g. 20080001"),
            ("name", Lang::En) => ("Name", "Jane Doe"),
            ("colleges", Lang::En) => (college.unwrap_or("College"), "all"),
            (_, Lang::En) => ("Office", ""),
        };
        Column { required: true, ..Column::new(name, example) }
    });
    let mut columns: Vec<Column> = columns.into();
    if let Some(office) = columns.get_mut(2) {
        office.choices = offices;
    }
    Ok(Template { names: names_of("权限", "Rights", lang), columns })
}

/// The workbook of a template.
pub(crate) fn template(template: &Template) -> Result<Vec<u8>, Problem> {
    write(template).map_err(|error| {
        tracing::error!(%error, "no template was written");
        Problem::Unavailable
    })
}

fn write(Template { names, columns }: &Template) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let head = Format::new().set_bold().set_border(FormatBorder::Thin).set_background_color(0x00E8_EDF3);
    // "@" is Excel's text: an identifier of eighteen digits stays what it is.
    let text = Format::new().set_num_format("@");
    let example = text.clone().set_italic().set_font_color(0x0080_8080);
    let page = book.add_worksheet();
    page.set_name(names.own)?;
    for (place, column) in (0..).zip(columns) {
        let star = if column.required { "*" } else { "" };
        page.set_column_format(place, &text)?;
        page.set_column_width(place, 16.0)?;
        page.write_with_format(0, place, format!("{star}{}", column.heading), &head)?;
        page.write_string_with_format(1, place, &column.example, &example)?;
    }
    page.set_freeze_panes(1, 0)?;
    let mut lists: Vec<(u16, &[String])> = Vec::new();
    for (place, column) in (0..).zip(columns).filter(|(_, column)| !column.choices.is_empty()) {
        let choices = &column.choices;
        let length: usize = choices.iter().map(|choice| choice.chars().count() + 1).sum();
        if length <= MOST_INLINE && choices.iter().all(|choice| !choice.contains(',')) {
            let list = DataValidation::new().allow_list_strings(choices)?;
            page.add_data_validation(1, place, ROWS, place, &list)?;
        } else {
            let at = u16::try_from(lists.len()).unwrap_or(u16::MAX);
            let letter = rust_xlsxwriter::utility::column_number_to_name(at);
            let range = format!("={}!${letter}$1:${letter}${}", names.choices, choices.len());
            let list = DataValidation::new().allow_list_formula(Formula::new(range));
            page.add_data_validation(1, place, ROWS, place, &list)?;
            lists.push((at, choices));
        }
    }
    if !lists.is_empty() {
        write_choices(book.add_worksheet(), names.choices, &lists)?;
    }
    book.save_to_buffer()
}

/// Long lists of choices stand on a sheet of their own, which nobody sees.
fn write_choices(page: &mut Worksheet, name: &str, lists: &[(u16, &[String])]) -> Result<(), XlsxError> {
    page.set_name(name)?;
    page.set_hidden(true);
    for (column, choices) in lists {
        for (row, choice) in (0..).zip(*choices) {
            page.write_string(row, *column, choice)?;
        }
    }
    Ok(())
}
