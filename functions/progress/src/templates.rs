//! What can be filled in and sent back: text columns, so that no number loses its zeros or its last digits; a choice where
//! only some words are understood; one made-up row, which is never taken for a student's.

use domain::batch::Batch;
use domain::grant_sheet;
use domain::rights::Actor;
use domain::roster::headings;
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
    name: &'static str,
    columns: Vec<Column>,
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
    let column = |column: &domain::header::Column<'_>| {
        let fact = university.facts().iter().find(|fact| fact.id.as_str() == column.id);
        let people = university.people().iter().any(|people| people.id.as_str() == column.id);
        let heading = match (fact, column.names.first()) {
            (Some(fact), _) => fact.name.of(first).to_owned(),
            (None, Some(name)) if first == Lang::Zh => (*name).to_owned(),
            (None, _) => {
                column.names.get(1).or(column.names.first()).copied().unwrap_or(column.id).to_owned()
            }
        };
        let choices: Vec<String> = match fact.map(|fact| &fact.kind) {
            Some(FactKind::Words(values)) => {
                values.iter().map(|value| value.name.of(first).to_owned()).collect()
            }
            Some(FactKind::YesNo) if first == Lang::Zh => vec!["是".to_owned(), "否".to_owned()],
            Some(FactKind::YesNo) => vec!["yes".to_owned(), "no".to_owned()],
            _ => Vec::new(),
        };
        let example = choices.first().cloned().unwrap_or_else(|| match column.id {
            _ if people => "20080001".to_owned(),
            "student_id" => if first == Lang::Zh { "例：20150000001" } else { "e.g. 20150000001" }.to_owned(),
            "birth_date" => "1993-05-06".to_owned(),
            "phone" => "13800000000".to_owned(),
            "email" => "name@example.edu".to_owned(),
            "id_number" => "530102199305060024".to_owned(),
            "advisors" => "20080001;20080002".to_owned(),
            _ => String::new(),
        });
        Column { choices, required: column.required, ..Column::new(heading, example) }
    };
    Ok(Template { name: "名册", columns: headings.columns().iter().map(column).collect() })
}

/// An office's list.
pub(crate) fn list(batch: &Batch, actor: &Actor, lang: Lang) -> Result<Template, Problem> {
    actor.may_use_lists()?;
    let amount = &batch.university().currency().code;
    let columns = match lang {
        Lang::Zh => vec![
            Column { required: true, ..Column::new("学号", "例：20150000001") },
            Column::new("姓名", "王小明"),
            Column::new(format!("金额（{amount}）"), "12.50"),
            Column::new("原因", "《红楼梦》未还"),
        ],
        Lang::En => vec![
            Column { required: true, ..Column::new("Student number", "e.g. 20150000001") },
            Column::new("Name", "Wang Xiaoming"),
            Column::new(format!("Amount ({amount})"), "12.50"),
            Column::new("Reason", "a book not returned"),
        ],
    };
    Ok(Template { name: "名单", columns })
}

/// The sheet of rights.
pub(crate) fn rights(batch: &Batch, actor: &Actor) -> Result<Template, Problem> {
    actor.may_grant()?;
    let offices = batch.offices().map(|office| office.name.zh.clone()).collect();
    let columns = grant_sheet::COLUMNS.map(|(id, name, _)| {
        let example = match id {
            "id" => "例：20080001",
            "name" => "马老师",
            "colleges" => "全部",
            _ => "",
        };
        Column { required: true, ..Column::new(name, example) }
    });
    let mut columns: Vec<Column> = columns.into();
    if let Some(office) = columns.get_mut(2) {
        office.choices = offices;
    }
    Ok(Template { name: "权限", columns })
}

/// The workbook of a template.
pub(crate) fn template(template: &Template) -> Result<Vec<u8>, Problem> {
    write(template).map_err(|error| {
        tracing::error!(%error, "no template was written");
        Problem::Unavailable
    })
}

fn write(Template { name, columns }: &Template) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let head = Format::new().set_bold().set_border(FormatBorder::Thin).set_background_color(0x00E8_EDF3);
    // "@" is Excel's text: an identifier of eighteen digits stays what it is.
    let text = Format::new().set_num_format("@");
    let example = text.clone().set_italic().set_font_color(0x0080_8080);
    let page = book.add_worksheet();
    page.set_name(*name)?;
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
            let range = format!("=选项!${letter}$1:${letter}${}", choices.len());
            let list = DataValidation::new().allow_list_formula(Formula::new(range));
            page.add_data_validation(1, place, ROWS, place, &list)?;
            lists.push((at, choices));
        }
    }
    if !lists.is_empty() {
        write_choices(book.add_worksheet(), &lists)?;
    }
    book.save_to_buffer()
}

/// Long lists of choices stand on a sheet of their own, which nobody sees.
fn write_choices(page: &mut Worksheet, lists: &[(u16, &[String])]) -> Result<(), XlsxError> {
    page.set_name("选项")?;
    page.set_hidden(true);
    for (column, choices) in lists {
        for (row, choice) in (0..).zip(*choices) {
            page.write_string(row, *column, choice)?;
        }
    }
    Ok(())
}
