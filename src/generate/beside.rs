//! What lies beside the stacks: for people and their tools, deployed by none of them.

use super::readback::check_text;
use super::{Defect, Emission, OutputFile, deployer};
use crate::document::Syntax;
use crate::document::print::{json, yaml};
use crate::fleet::emit::{self, Contents, Format};
use crate::fleet::plan::Plan;

impl Emission<'_> {
    /// The files of an environment and Region that are not deployed.
    pub(super) fn beside(&self, format: Format, plan: &Plan) -> Result<Vec<OutputFile>, Defect> {
        let folder = format.folder(&plan.deployment);
        let deployer = emit::Beside {
            path: "deployer.policy.json".to_owned(),
            contents: Contents::Json(deployer::document(plan, format)),
        };
        let files = [
            Ok(vec![deployer]),
            emit::scripts(plan, format),
            match &plan.account {
                Some(_) => Ok(Vec::new()),
                None => emit::device(plan),
            },
        ];
        let files = files.into_iter().collect::<Result<Vec<_>, _>>();
        let files = files.map_err(|error| rendering(&folder, &error))?;
        let file = |it: emit::Beside| {
            let path = format!("{folder}/{}", it.path);
            let contents = match it.contents {
                Contents::Text(text) => text,
                Contents::Json(value) => {
                    let text = json(&value);
                    check_text(&path, &text, Syntax::Json, &value)?;
                    text
                }
                Contents::Yaml(value) => {
                    let text = yaml(&value);
                    check_text(&path, &text, Syntax::Yaml, &value)?;
                    text
                }
            };
            Ok(OutputFile { path, contents })
        };
        files.into_iter().flatten().map(file).collect()
    }

    /// The page beside the files. It is about all environments, and left alone when only some are
    /// generated.
    pub(super) fn page(&self, format: Format, plans: &[&Plan]) -> Result<OutputFile, Defect> {
        let page = emit::Page {
            format,
            plans,
            notes: self.notes,
            spec: self.spec,
        };
        const PATH: &str = "README.md";
        let contents = page.render();
        Ok(OutputFile {
            path: PATH.to_owned(),
            contents: contents.map_err(|error| rendering(PATH, &error))?,
        })
    }
}

fn rendering(path: &str, error: &minijinja::Error) -> Defect {
    Defect::Rendering {
        path: path.into(),
        error: error.to_string().into(),
    }
}
