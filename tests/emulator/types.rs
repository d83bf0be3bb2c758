//! Stacks with the types that the emulator knows.

/// The emulator knows a policy of a role by its older type only.
pub(crate) fn known(stack: &str) -> String {
    let mut is_policy = false;
    let lines = stack.lines().map(|line| {
        if line.trim_start().starts_with("Type: ") {
            is_policy = line.ends_with("AWS::IAM::RolePolicy");
        }
        match line.split_once("RoleName: ") {
            Some((indent, role)) if is_policy => format!("{indent}Roles: [{role}]\n"),
            _ => line.replace("AWS::IAM::RolePolicy", "AWS::IAM::Policy") + "\n",
        }
    });
    lines.collect()
}

/// Types that the emulator lacks, and that nothing stands for: they are left out.
const LACKING: [&str; 5] = [
    "AWS::ACMPCA::Certificate",
    "AWS::ACMPCA::CertificateAuthority",
    "AWS::ACMPCA::CertificateAuthorityActivation",
    "AWS::IoT::BillingGroup",
    "AWS::IoT::RoleAlias",
];

/// A stack without the types that the emulator lacks. For what other resources take of a private CA
/// stand the certificate of another CA, and an ARN.
pub(crate) fn without_lacking(stack: &str, certificate: &str) -> String {
    let (resources, outputs) = stack.split_once("\nOutputs:\n").unwrap();
    let mut blocks: Vec<Vec<&str>> = vec![Vec::new()];
    for line in resources.lines() {
        let begins = line.starts_with("  ") && !line.starts_with("   ") && !line.starts_with("  #");
        if begins {
            blocks.push(Vec::new());
        }
        blocks.last_mut().unwrap().push(line);
    }
    let lacks = |block: &Vec<&str>| {
        let mut types = block.iter().filter_map(|it| it.strip_prefix("    Type: "));
        types.next().is_some_and(|it| LACKING.contains(&it))
    };
    let gone: Vec<String> = blocks
        .iter()
        .filter(|it| lacks(it))
        .map(|it| it[0].trim().trim_end_matches(':').to_owned())
        .collect();
    assert!(!gone.is_empty());
    let quoted = format!("\"{}\"", certificate.replace('\n', "\\n"));
    let mut kept = String::new();
    for block in blocks.iter().filter(|it| !lacks(it)) {
        for line in block {
            let depended = line.trim().strip_prefix("- ");
            if depended.is_some_and(|it| gone.iter().any(|gone| gone == it)) {
                continue;
            }
            let mut line = (*line).to_owned();
            for id in &gone {
                line = line.replace(&format!("!GetAtt {id}.Certificate"), &quoted);
                let arn = "arn:aws:acm-pca:eu-west-1:111111111111:certificate-authority/1";
                line = line.replace(&format!("!GetAtt {id}.Arn"), arn);
            }
            kept.push_str(&line);
            kept.push('\n');
        }
    }
    // Nothing is left where nothing else was depended on.
    let kept = kept.replace("    DependsOn:\n    Properties:", "    Properties:");
    format!("{kept}Outputs:\n{outputs}")
}
