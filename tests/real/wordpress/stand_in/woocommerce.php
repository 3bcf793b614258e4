<?php
/**
 * Plugin Name: WooCommerce
 * Description: A stand-in: the few functions, classes, roles and screens of WooCommerce that the Tillside plugin meets.
 * Version: 10.5.2
 *
 * Written from WooCommerce's documented behaviour; it holds none of its code.
 */

namespace Automattic\WooCommerce\Utilities {
	class FeaturesUtil {
		/** What plugins declared: feature => files. */
		public static $declared = array();

		public static function declare_compatibility( string $feature, string $file, bool $compatible = true ): bool {
			// The real one refuses a declaration outside of this action too.
			if ( ! doing_action( 'before_woocommerce_init' ) || ! $compatible ) {
				return false;
			}
			self::$declared[ $feature ][] = plugin_basename( $file );
			return true;
		}
	}
}

namespace {
	defined( 'ABSPATH' ) || exit;

	require_once __DIR__ . '/orders.php';
	require_once __DIR__ . '/keys.php';
	require_once __DIR__ . '/screens.php';
	require_once __DIR__ . '/webhooks.php';

	final class WooCommerce {
	}

	add_action(
		'init',
		function () {
			do_action( 'before_woocommerce_init' );
			stand_in_register_order_type();
		},
		0
	);
	add_filter( 'determine_current_user', 'stand_in_user_of_key', 15 );
	add_filter( 'rest_pre_dispatch', 'stand_in_check_key_permissions', 10, 3 );
	add_filter( 'map_meta_cap', 'stand_in_managers_edit_customers_only', 10, 4 );
	add_action( 'admin_menu', 'stand_in_menu', 9 );

	register_activation_hook( __FILE__, 'stand_in_activate' );

	function stand_in_activate() {
		global $wpdb;
		$wpdb->query(
			"CREATE TABLE {$wpdb->prefix}woocommerce_api_keys (
				key_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
				user_id BIGINT UNSIGNED NOT NULL,
				description VARCHAR(200) NULL,
				permissions VARCHAR(10) NOT NULL,
				consumer_key CHAR(64) NOT NULL,
				consumer_secret CHAR(43) NOT NULL,
				truncated_key CHAR(7) NOT NULL
			)"
		);
		add_role( 'customer', 'Customer', array( 'read' => true ) );
		add_role( 'shop_manager', 'Shop manager', array( 'read' => true, 'list_users' => true, 'edit_users' => true ) );
		foreach ( array( 'administrator', 'shop_manager' ) as $name ) {
			$role = get_role( $name );
			foreach ( array( 'manage_woocommerce', 'edit_shop_order', 'edit_shop_orders', 'edit_others_shop_orders', 'edit_published_shop_orders', 'edit_private_shop_orders', 'publish_shop_orders', 'read_private_shop_orders' ) as $capability ) {
				$role->add_cap( $capability );
			}
		}
	}

	/** A shop manager who is no administrator may edit customers and themselves. */
	function stand_in_managers_edit_customers_only( $caps, $cap, $user_id, $args ) {
		if ( 'edit_user' !== $cap || empty( $args[0] ) || (int) $args[0] === (int) $user_id ) {
			return $caps;
		}
		$acting = get_userdata( $user_id );
		$target = get_userdata( $args[0] );
		if ( $acting && in_array( 'shop_manager', $acting->roles, true ) && ( ! $target || ! in_array( 'customer', $target->roles, true ) ) ) {
			$caps[] = 'do_not_allow';
		}
		return $caps;
	}
}
