//! The fields of a certificate's subject that JITP can read.

use super::spec::{Name, Subject};

/// A field of a certificate's subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectField {
    /// `CN`
    CommonName,
    /// `OU`
    OrganizationalUnit,
    /// `O`
    Organization,
    /// `C`
    Country,
    /// `ST`
    State,
    /// `dnQualifier`
    NameQualifier,
    /// `serialNumber`
    SerialNumber,
}

/// A field with its names.
struct Row {
    field: SubjectField,
    /// In the spec, behind `cert.`.
    word: &'static str,
    /// In a JITP template, behind `AWS::IoT::Certificate::`.
    parameter: &'static str,
    /// In a policy variable, behind the side of the certificate.
    variable: &'static str,
    /// What the field can hold, as a regular expression. Upper bounds are those of RFC 5280,
    /// appendix A.1; that the values are printable ASCII is ours: other values depend on the
    /// encoding that a CA chooses.
    values: &'static str,
}

const FIELDS: &[Row] = &[
    Row {
        field: SubjectField::CommonName,
        word: "CN",
        parameter: "CommonName",
        variable: "CommonName",
        values: "[ -~]{1,64}",
    },
    Row {
        field: SubjectField::OrganizationalUnit,
        word: "OU",
        parameter: "OrganizationalUnit",
        variable: "OrganizationalUnit",
        values: "[ -~]{1,64}",
    },
    Row {
        field: SubjectField::Organization,
        word: "O",
        parameter: "Organization",
        variable: "Organization",
        values: "[ -~]{1,64}",
    },
    Row {
        field: SubjectField::Country,
        word: "C",
        parameter: "Country",
        variable: "Country",
        values: "[A-Z]{2}",
    },
    Row {
        field: SubjectField::State,
        word: "ST",
        parameter: "StateName",
        variable: "State",
        values: "[ -~]{1,128}",
    },
    Row {
        field: SubjectField::NameQualifier,
        word: "dnQualifier",
        parameter: "DistinguishedNameQualifier",
        variable: "DistinguishedNameQualifier",
        values: "[ -~]{1,64}",
    },
    Row {
        field: SubjectField::SerialNumber,
        word: "serialNumber",
        parameter: "SerialNumber",
        variable: "SerialNumber",
        values: "[ -~]{1,64}",
    },
];

/// In front of the name of a parameter that AWS IoT supplies.
const SUPPLIED: &str = "AWS::IoT::Certificate::";

/// The parameter that holds the certificate's id.
pub const CERTIFICATE_ID: &str = "AWS::IoT::Certificate::Id";

impl SubjectField {
    /// The field of a word, e.g. `CN`.
    pub fn parse(word: &str) -> Option<SubjectField> {
        FIELDS
            .iter()
            .find(|row| row.word == word)
            .map(|row| row.field)
    }

    /// All fields' words.
    pub fn words() -> impl Iterator<Item = &'static str> {
        FIELDS.iter().map(|row| row.word)
    }

    /// All fields.
    pub fn all() -> impl Iterator<Item = SubjectField> {
        FIELDS.iter().map(|row| row.field)
    }

    /// The word of the field in a spec.
    pub fn word(self) -> &'static str {
        self.row().map_or("", |row| row.word)
    }

    /// The parameter of a JITP template, e.g. `AWS::IoT::Certificate::CommonName`.
    pub fn parameter(self) -> String {
        format!("{SUPPLIED}{}", self.row().map_or("", |row| row.parameter))
    }

    /// The field's name in a policy variable, e.g. `CommonName`.
    pub fn variable(self) -> &'static str {
        self.row().map_or("", |row| row.variable)
    }

    /// What the field can hold, as a regular expression.
    pub fn values(self) -> &'static str {
        self.row().map_or("", |row| row.values)
    }

    /// What the spec says of the field.
    pub fn written(self, subject: &Subject) -> Option<&Name> {
        match self {
            SubjectField::CommonName => subject.common_name.as_ref(),
            SubjectField::OrganizationalUnit => subject.organizational_unit.as_ref(),
            SubjectField::Organization => subject.organization.as_ref(),
            SubjectField::Country => subject.country.as_ref(),
            SubjectField::State => subject.state.as_ref(),
            SubjectField::NameQualifier => subject.name_qualifier.as_ref(),
            SubjectField::SerialNumber => subject.serial_number.as_ref(),
        }
    }

    fn row(self) -> Option<&'static Row> {
        FIELDS.iter().find(|row| row.field == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts;
    use crate::model::TemplateDialect;

    #[test]
    fn aws_supplies_every_parameter() {
        let supplied = facts::dialect(TemplateDialect::Jitp).supplied;
        let is_supplied = |name: &str| supplied.iter().any(|parameter| parameter.name == name);
        for field in SubjectField::all() {
            assert!(is_supplied(&field.parameter()), "{field:?}");
            assert_eq!(SubjectField::parse(field.word()), Some(field));
        }
        assert!(is_supplied(CERTIFICATE_ID));
    }
}
