<?php
/**
 * Hebrew runs from right to left, also where WordPress' own translation isn't installed.
 */

add_filter(
	'gettext_with_context',
	function ( $translated, $text, $context ) {
		$is_hebrew = function_exists( 'determine_locale' ) && 'he_IL' === determine_locale();
		return 'text direction' === $context && 'ltr' === $text && $is_hebrew ? 'rtl' : $translated;
	},
	10,
	3
);
