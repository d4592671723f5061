/** What is printed: the two streams, usage texts, and keys kept from being shown. */
package org.jdmsetup.cli.output;
