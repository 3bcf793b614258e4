<?php
/**
 * What WooCommerce is told about this plugin.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Orders are read through WooCommerce's own functions, wherever they are stored, and the
 * checkout is left alone.
 *
 * @return void
 */
function tillside_declare_compatibility() {
	$features = '\Automattic\WooCommerce\Utilities\FeaturesUtil';
	if ( class_exists( $features ) ) {
		$features::declare_compatibility( 'custom_order_tables', TILLSIDE_FILE, true );
		$features::declare_compatibility( 'cart_checkout_blocks', TILLSIDE_FILE, true );
	}
}
