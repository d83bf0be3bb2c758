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
