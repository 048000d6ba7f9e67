//! What the readers of XML have in common.

use std::borrow::Cow;

use domain::sheet::TableError;
use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use quick_xml::events::attributes::Attribute;

/// The most attributes of one element: the root of a sheet declares a few dozen namespaces.
const MOST_ATTRIBUTES: usize = 100;

/// Goes through an element's attributes, of which there are few.
pub(crate) fn each_attribute(
    element: &BytesStart<'_>,
    mut heed: impl FnMut(&Attribute<'_>),
) -> Result<(), TableError> {
    // Without the reader's own checks: it would compare each attribute with every other.
    for (i, attribute) in element.attributes().with_checks(false).enumerate() {
        let Ok(attribute) = attribute else { return Err(TableError::NotATable) };
        if i >= MOST_ATTRIBUTES {
            return Err(TableError::NotATable);
        }
        heed(&attribute);
    }
    Ok(())
}

/// What an attribute says, if that can be read.
pub(crate) fn value(attribute: &Attribute<'_>) -> Option<String> {
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
}
