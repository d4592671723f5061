/**
 * What {@code --json} prints: the writer, and the fields in the status and parameters of target
 * types. docs/json.md is the contract.
 */
package org.jdmsetup.cli.json;
