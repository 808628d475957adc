/**
 * This package holds what a training run is: a request, before the data is known, which owns every
 * option and its default; and a plan, after, which is all that a rank needs.
 */
package io.semimeta.plan;
