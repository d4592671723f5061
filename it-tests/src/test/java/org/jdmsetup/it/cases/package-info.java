/**
 * Sessions at the command line, each a case in a file of the folder {@code cases}: played with the
 * C tool and with ours, on the kernel and on the engine, with the same output and exit status.
 * {@link org.jdmsetup.it.cases.CaseFile} reads them, {@link org.jdmsetup.it.cases.CaseDriver} plays
 * them, {@link org.jdmsetup.it.cases.CaseComparison} knows which differences there may be.
 */
package org.jdmsetup.it.cases;
