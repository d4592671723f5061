/** What rules do with requests: the contract of a target, and the list of those that exist. */
package org.jdmsetup.engine.targets;
